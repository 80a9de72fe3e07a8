// Copy report: the redacted log and the versions, made in Rust.
import { api, failureOf } from "@/ipc";
import { m } from "@/paraglide/messages";
import { toasts } from "./toasts.svelte";

export async function copyReport(): Promise<void> {
  try {
    await navigator.clipboard.writeText(await api.reportText());
    toasts.show(m.report_copied(), { tone: "success" });
  } catch (thrown) {
    toasts.show(m.report_failed({ why: failureOf(thrown).what }), { tone: "danger" });
  }
}
