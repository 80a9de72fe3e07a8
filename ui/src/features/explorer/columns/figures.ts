// Shares and costs in words.
import type { EstimateView } from "@/ipc";
import { m } from "@/paraglide/messages";
import { count } from "@/shared/format";
import { bytes, compact } from "../words";

/** 412 of 10,000 → "4.1 %". What is there is never 0 %, what is missing never 100 %. */
export function share(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return "0 %";
  const percent = (part / whole) * 100;
  if (percent < 0.1) return "< 0.1 %";
  if (percent > 99.9 && part < whole) return "> 99.9 %";
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

/** What work would take, a line each. */
export function costs(estimate: EstimateView): string[] {
  const lines: string[] = [];
  if (estimate.billed_bytes !== null) lines.push(m.columns_cost_billed({ size: bytes(estimate.billed_bytes) }));
  if (estimate.rows !== null) lines.push(m.columns_cost_rows({ n: compact(estimate.rows) }));
  if (estimate.planner_cost !== null) lines.push(m.columns_cost_planner({ n: count(Math.round(estimate.planner_cost)) }));
  return lines;
}
