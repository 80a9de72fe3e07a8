// The words for how reading is enforced, as the person who relies on it has to know them.
import type { FactsView, ReadingBy } from "@/ipc";
import { m } from "@/paraglide/messages";

const words: Record<ReadingBy, () => string> = {
  server: m.protection_server,
  plan: m.protection_plan,
  parsing: m.protection_parsing,
};

const texts: Record<ReadingBy, () => string> = {
  server: m.protection_server_text,
  plan: m.protection_plan_text,
  parsing: m.protection_parsing_text,
};

export function protectionWords(reading: ReadingBy): string {
  return words[reading]();
}

export function protectionText(facts: FactsView): string {
  return facts.writes_allowed ? m.protection_writes_text() : texts[facts.reading]();
}
