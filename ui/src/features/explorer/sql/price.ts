// What a statement would take, in words.
import type { EstimateView } from "@/ipc";
import { m } from "@/paraglide/messages";
import { bytes, compact } from "../words";

/** "about 4.2 M rows", "scans 1.2 GB"; empty when nothing is known. */
export function priceWords({ rows, billed_bytes }: EstimateView): string {
  return [
    billed_bytes === null ? "" : m.sql_price_bytes({ size: bytes(billed_bytes) }),
    rows === null ? "" : m.sql_price_rows({ n: compact(rows) }),
  ]
    .filter(Boolean)
    .join(" · ");
}
