// A first look at a proxy's address while it is typed; Rust has the last word.
import { m } from "@/paraglide/messages";

/** What is wrong with it, or nothing. */
export function proxyProblem(text: string): string | undefined {
  const address = text.trim();
  if (!address) return m.settings_proxy_needed();
  const parts = /^([a-z0-9+.-]+):\/\/(.*)$/i.exec(address);
  if (!parts) return m.settings_proxy_scheme();
  const [, scheme = "", rest = ""] = parts;
  if (!["http", "https", "socks5"].includes(scheme.toLowerCase())) return m.settings_proxy_scheme();
  const place = rest.replace(/\/$/, "");
  if (place.includes("@")) return m.settings_proxy_credentials();
  const host = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+):(\d{1,5})$/i.exec(place);
  if (!host) return m.settings_proxy_port();
  const port = Number(host[2]);
  return port >= 1 && port <= 65535 ? undefined : m.settings_proxy_port();
}
