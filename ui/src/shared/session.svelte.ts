// What every screen knows of the program: the warehouses, the settings, the vault. Filled at the start, kept true by changes.
import { api, type ConnectorSpec, type Settings, type SettingsView, type Start, type VaultView } from "@/ipc";

class Session {
  connectors: ConnectorSpec[] = $state.raw([]);
  settings: SettingsView | undefined = $state.raw();
  vault: VaultView | undefined = $state.raw();
  version = $state("");
  #specs = $derived(new Map(this.connectors.map((spec) => [spec.id, spec])));

  begin(start: Start): void {
    this.connectors = start.connectors;
    this.settings = start.settings;
    this.vault = start.vault;
    this.version = start.version;
  }

  /** The warehouse of that id; none when a connection's warehouse is not part of this program. */
  spec(id: string): ConnectorSpec | undefined {
    return this.#specs.get(id);
  }

  /** Changes settings; what Rust made of them counts. */
  async change(settings: Partial<Settings>): Promise<void> {
    if (!this.settings) return;
    this.settings = await api.settingsSet({ ...this.settings.settings, ...settings });
  }

  /** Asks the keychain again. */
  async retryVault(): Promise<void> {
    this.vault = await api.vaultRetry();
  }

  /** Takes the vault as it stands now: a connection that was saved or tested may have changed it. */
  async lookAtVault(): Promise<void> {
    this.vault = await api.vaultView();
  }
}

export const session = new Session();
