// The commands that a form in the wizard uses, from the one place that may call them.

import { api, hear } from "@/ipc";
import type { FormPort } from "@/shared/form/port";

/** Rust as a form sees it. */
export const port: FormPort = {
  set: api.draftSet,
  secret: api.draftSecret,
  secretClear: api.draftSecretClear,
  source: api.draftSource,
  organise: api.draftOrganise,
  paste: api.draftPaste,
  fileChoose: api.draftFileChoose,
  fileDrop: api.draftFileDrop,
  filePaste: api.draftFilePaste,
  fileClear: api.draftFileClear,
  choices: api.draftChoices,
  stop: (run) => void api.runCancel(run).catch(() => undefined),
  check: api.draftCheck,
  onHover: (listen) => hear("dragHover", (e) => listen(e.over ? { x: e.x, y: e.y } : null)),
  onDrop: (listen) => hear("dropped", (e) => listen({ x: e.x, y: e.y })),
};
