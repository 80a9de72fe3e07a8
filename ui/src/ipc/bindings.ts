// Written by hand in the shape of the generated file, which replaces it.
import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

export type ConnectorId = string;
export type FieldId = string;
export type LinkId = string;
export type StageId = string;
export type ConnectionId = string;
export type DraftId = number;
export type RunId = string;
export type Environment = "none" | "development" | "staging" | "production";
export type TestState = "ok" | "warning" | "failed";
export type LastTest = { state: TestState; at: number; summary: string };
export type Kind = "cancelled" | "timed_out" | "network" | "tls" | "auth" | "permission" | "not_found" | "invalid" | "busy" | "protocol" | "read_only" | "statement" | "unsupported" | "vault" | "store" | "internal";
export type Vendor = { code: string | null; message: string };
export type Action = { do: "retry" } | { do: "set"; field: FieldId; value: string; label: string } | { do: "copy"; label: string; text: string };
export type ErrorView = { code: string; kind: Kind; what: string; why: string; remedy: string; stage: StageId | null; field: FieldId | null; vendor: Vendor | null; actions: Action[]; retryable: boolean };
export type StageState = "started" | "done" | "note" | "warning" | "skipped" | "failed";
export type StageEvent = { stage: StageId; state: StageState; millis: number; note: string | null; error: ErrorView | null };
export type Question = { kind: "secret"; field: FieldId | null; label: string; purpose: string } | { kind: "consent"; title: string; text: string };
export type SecretSource = "vault" | "ask";
export type FieldError = { field: FieldId; code: string; message: string };
export type Choice = { value: string; label: string; note: string };
export type Logo = { kind: "path"; d: string; color: string } | { kind: "monogram"; letters: string };
export type Need = { title: string; text: string };
export type Copyable = { title: string; text: string };
export type HelpLink = { id: LinkId; label: string };
export type FirstPage = { needs: Need[]; copies: Copyable[]; cost: string | null; links: HelpLink[]; button: string };
export type Notice = { title: string; text: string; button: string };
export type SignIn = { id: string; label: string; reason: string; recommended: boolean };
export type StageSpec = { id: StageId; label: string };
export type Condition = { field: FieldId; is: string[] };
export type Required = "always" | "never" | { if: Condition[] };
export type Option_ = { value: string; label: string; note: string };
export type FieldKind = { kind: "text"; max: number } | { kind: "number"; min: number; max: number; unit: string } | { kind: "secret"; multiline: boolean } | { kind: "switch" } | { kind: "select"; options: Option_[] } | { kind: "loaded"; needs: FieldId[] } | { kind: "file"; extensions: string[]; max_bytes: number; secret: boolean; paste: boolean };
export type Field = { id: FieldId; label: string; help: string; placeholder: string; kind: FieldKind; required: Required; default: string | null; advanced: boolean; visible_if: Condition[]; link: HelpLink | null };
export type ConnectorSpec = { id: ConnectorId; name: string; covers: string; beta: boolean; logo: Logo; first_page: FirstPage; notice: Notice | null; sign_in: SignIn[]; fields: Field[]; pastes: string[]; stages: StageSpec[] };
export type ConnectionView = { id: ConnectionId; connector: ConnectorId; name: string; host: string; environment: Environment; labels: string[]; last_test: LastTest | null; asks: boolean; changed_at: number };
export type SortBy = "name" | "last_test" | "changed" | "warehouse";
export type ListRequest = { search: string; connector: ConnectorId | null; sort: SortBy; descending: boolean; offset: number; limit: number };
export type ListPage = { items: ConnectionView[]; total: number; all: number };
export type Dependents = { items: string[] };
export type Deleted = { id: ConnectionId; undo_seconds: number };
export type SecretFrom = "nowhere" | "stored" | "typed";
export type SecretView = { from: SecretFrom; source: SecretSource; file: string | null; summary: string | null; asked_again_because: string | null };
export type FileView = { name: string; summary: string };
export type DraftView = { id: DraftId; connector: ConnectorId; editing: ConnectionId | null; values: { [key in FieldId]: string }; secrets: { [key in FieldId]: SecretView }; files: { [key in FieldId]: FileView }; visible: FieldId[]; required: FieldId[]; environment: Environment; labels: string[]; dirty: boolean };
export type Pasted = { draft: DraftView; filled: FieldId[]; ignored: string[] };
export type ChoicePage = { items: Choice[]; next: string | null };
export type Outcome = { outcome: "fields"; errors: FieldError[] } | { outcome: "failed"; error: ErrorView } | { outcome: "worked"; summary: string; warnings: string[]; millis: number; connection: ConnectionView | null };
export type KeepSecrets = "as_chosen" | "this_session";
export type VaultStanding = "new" | "open" | "locked";
export type VaultView = { standing: VaultStanding; because: ErrorView | null; recovery: boolean; sealed: number };
export type Theme = "system" | "light" | "dark";
export type Proxy = { mode: "system" } | { mode: "none" } | { mode: "manual"; url: string };
export type Settings = { theme: Theme; proxy: Proxy };
export type SettingsView = { settings: Settings; extra_ca: FileView | null; data_dir: string; log_file: string };
export type Start = { connectors: ConnectorSpec[]; settings: SettingsView; vault: VaultView; version: string };
export type Licence = { name: string; version: string; licence: string };
export type Asked = { id: number; run: RunId | null; question: Question };
export type AnswerInput = { kind: "secret"; text: string } | { kind: "yes" } | { kind: "no" };
export type DragHover = { over: boolean; x: number; y: number };
export type Dropped = { x: number; y: number; count: number };

type Answered<T> = { status: "ok"; data: T } | { status: "error"; error: ErrorView };
async function call<T>(name: string, args: Record<string, unknown> = {}): Promise<Answered<T>> {
  try {
    return { status: "ok", data: await invoke<T>(name, args) };
  } catch (error) {
    if (error instanceof Error) throw error;
    return { status: "error", error: error as ErrorView };
  }
}

export const commands = {
  appStart: () => call<Start>("app_start"),
  windowReady: () => call<null>("window_ready"),
  openLink: (link: LinkId) => call<null>("open_link", { link }),
  connectionsList: (request: ListRequest) => call<ListPage>("connections_list", { request }),
  connectionDependents: (id: ConnectionId) => call<Dependents>("connection_dependents", { id }),
  connectionDelete: (id: ConnectionId) => call<Deleted>("connection_delete", { id }),
  connectionRestore: (id: ConnectionId) => call<ConnectionView>("connection_restore", { id }),
  connectionEdit: (id: ConnectionId) => call<DraftView>("connection_edit", { id }),
  connectionDuplicate: (id: ConnectionId) => call<DraftView>("connection_duplicate", { id }),
  connectionOrganise: (id: ConnectionId, environment: Environment, labels: string[]) => call<ConnectionView>("connection_organise", { id, environment, labels }),
  connectionTest: (id: ConnectionId, run: RunId, stages: Channel<StageEvent>) => call<Outcome>("connection_test", { id, run, stages }),
  draftNew: (connector: ConnectorId) => call<DraftView>("draft_new", { connector }),
  draftPasteNew: (text: string) => call<Pasted | null>("draft_paste_new", { text }),
  draftView: (id: DraftId) => call<DraftView>("draft_view", { id }),
  draftSet: (id: DraftId, field: FieldId, value: string) => call<DraftView>("draft_set", { id, field, value }),
  draftSecret: (id: DraftId, field: FieldId, text: string) => call<DraftView>("draft_secret", { id, field, text }),
  draftSecretClear: (id: DraftId, field: FieldId) => call<DraftView>("draft_secret_clear", { id, field }),
  draftSource: (id: DraftId, field: FieldId, source: SecretSource) => call<DraftView>("draft_source", { id, field, source }),
  draftOrganise: (id: DraftId, environment: Environment, labels: string[]) => call<DraftView>("draft_organise", { id, environment, labels }),
  draftPaste: (id: DraftId, text: string) => call<Pasted>("draft_paste", { id, text }),
  draftFileChoose: (id: DraftId, field: FieldId) => call<DraftView>("draft_file_choose", { id, field }),
  draftFileDrop: (id: DraftId, field: FieldId) => call<DraftView>("draft_file_drop", { id, field }),
  draftFilePaste: (id: DraftId, field: FieldId, text: string) => call<DraftView>("draft_file_paste", { id, field, text }),
  draftFileClear: (id: DraftId, field: FieldId) => call<DraftView>("draft_file_clear", { id, field }),
  draftChoices: (id: DraftId, field: FieldId, search: string, page: string | null) => call<ChoicePage>("draft_choices", { id, field, search, page }),
  draftCheck: (id: DraftId) => call<FieldError[]>("draft_check", { id }),
  draftTest: (id: DraftId, run: RunId, stages: Channel<StageEvent>) => call<Outcome>("draft_test", { id, run, stages }),
  draftConnect: (id: DraftId, run: RunId, keep: KeepSecrets, stages: Channel<StageEvent>) => call<Outcome>("draft_connect", { id, run, keep, stages }),
  draftClose: (id: DraftId) => call<null>("draft_close", { id }),
  runCancel: (run: RunId) => call<null>("run_cancel", { run }),
  questionAnswer: (id: number, answer: AnswerInput) => call<null>("question_answer", { id, answer }),
  vaultView: () => call<VaultView>("vault_view"),
  vaultRetry: () => call<VaultView>("vault_retry"),
  vaultUnlock: (passphrase: string) => call<VaultView>("vault_unlock", { passphrase }),
  vaultSetRecovery: (passphrase: string) => call<VaultView>("vault_set_recovery", { passphrase }),
  vaultRemoveRecovery: () => call<VaultView>("vault_remove_recovery"),
  vaultRekey: () => call<VaultView>("vault_rekey"),
  settingsView: () => call<SettingsView>("settings_view"),
  settingsSet: (settings: Settings) => call<SettingsView>("settings_set", { settings }),
  settingsChooseCa: () => call<SettingsView>("settings_choose_ca"),
  settingsClearCa: () => call<SettingsView>("settings_clear_ca"),
  dataFolderOpen: () => call<null>("data_folder_open"),
  reportText: () => call<string>("report_text"),
  licences: () => call<Licence[]>("licences"),
};

const event = <T>(name: string) => ({ listen: (hear: (event: { payload: T }) => void) => listen<T>(name, hear) });

export const events = {
  asked: event<Asked>("asked"),
  dragHover: event<DragHover>("drag-hover"),
  dropped: event<Dropped>("dropped"),
};
