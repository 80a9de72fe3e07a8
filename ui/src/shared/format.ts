// Numbers and times as a person reads them.
import { m } from "@/paraglide/messages";

const number = new Intl.NumberFormat("en");

/** 10000 → "10,000". */
export function count(value: number): string {
  return number.format(value);
}

/** A time that something took: "12 ms", "1.4 s". */
export function duration(millis: number): string {
  if (millis < 1) return m.format_under_millisecond();
  if (millis < 1000) return m.format_millis({ n: Math.round(millis) });
  return m.format_seconds({ n: (millis / 1000).toFixed(1) });
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago: "just now", "5 min ago", "3 h ago", "2 days ago". */
export function age(at: number, now = Date.now()): string {
  const passed = Math.max(0, now - at);
  if (passed < MINUTE) return m.format_just_now();
  if (passed < HOUR) return m.format_minutes_ago({ n: Math.floor(passed / MINUTE) });
  if (passed < DAY) return m.format_hours_ago({ n: Math.floor(passed / HOUR) });
  return m.format_days_ago({ n: Math.floor(passed / DAY) });
}
