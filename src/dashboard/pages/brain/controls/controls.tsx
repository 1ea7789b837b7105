// What can be done to a brain, and the line that says what it is. What is done often is in sight, the rest is in a menu.

import { useState } from "preact/hooks";
import { change } from "../../../api/change.ts";
import { pathOf } from "../../../api/client.ts";
import { download } from "../../../api/download.ts";
import type { Checkpoint, TaskAnswer } from "../../../api/types.ts";
import { brainHref } from "../../../app/router.ts";
import { Button } from "../../../ui/button.tsx";
import { whole } from "../../../ui/format.ts";
import { Menu } from "../../../ui/menu.tsx";
import { tell } from "../../../ui/toasts.tsx";
import { useAction } from "../../../ui/use-action.ts";
import type { TabParts } from "../brain-page.tsx";
import { BrainLine } from "./brain-line.tsx";
import { ConsolidateDialog } from "./consolidate-dialog.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { ModeSwitch } from "./mode-switch.tsx";
import { NameDialog } from "./name-dialog.tsx";
import { NotesDialog } from "./notes-dialog.tsx";
import { Quarantine } from "./quarantine.tsx";
import { TuneDialog } from "./tune-dialog.tsx";
import { useLiveBrain } from "./use-live-brain.ts";
import "./controls.css";

type Asked = "consolidate" | "checkpoint" | "task" | "notes" | "tune" | "delete";

export function Controls({ brain, live, onChange }: Omit<TabParts, "item">) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const stamp = useLiveBrain(brain, live, onChange);
  const { run } = useAction();
  const isRefused = brain.status === "quarantined";
  const close = (): void => setAsked(null);
  const save = async (path: string): Promise<null> => {
    await download(path);
    return null;
  };
  return (
    <>
      <div class="page-actions controls">
        <ModeSwitch brain={brain} onChange={onChange} />
        <Button isDisabled={isRefused} onClick={() => setAsked("consolidate")}>
          Consolidate
        </Button>
        <Button icon="save" isDisabled={isRefused} onClick={() => setAsked("checkpoint")}>
          Checkpoint
        </Button>
        <Menu
          title="More to do"
          groups={[
            [
              { title: "Start a task…", icon: "play", onChoose: () => setAsked("task") },
              { title: "Go back to a state…", icon: "restore", onChoose: () => go(brain.id) },
            ],
            [
              { title: "Rename and tag…", icon: "tag", onChoose: () => setAsked("notes") },
              { title: "Tune…", icon: "tune", onChoose: () => setAsked("tune") },
            ],
            [
              {
                title: "Download with its log",
                icon: "down",
                onChoose: () => void run(() => save(pathOf(brain.id, "export"))),
              },
            ],
            [{ title: "Delete…", icon: "trash", isDangerous: true, onChoose: () => setAsked("delete") }],
          ]}
        />
      </div>
      <BrainLine brain={brain} stamp={stamp} live={live} />
      {isRefused ? <Quarantine brain={brain} onChange={onChange} /> : null}
      {asked === "consolidate" ? <ConsolidateDialog brain={brain} onClose={close} onDone={onChange} /> : null}
      {asked === "checkpoint" ? (
        <NameDialog
          title="Make a checkpoint"
          action="Make it"
          hint="Without a name it is known by its seq and time."
          placeholder="before the experiment"
          onClose={close}
          onName={async (name) => {
            const made = await change<Checkpoint>("POST", pathOf(brain.id, "checkpoints"), { name });
            tell(`The state of seq ${whole(made.seq)} is kept.`);
            onChange();
          }}
        >
          The whole state as it is now, kept until somebody deletes it. The brain goes on meanwhile.
        </NameDialog>
      ) : null}
      {asked === "task" ? (
        <NameDialog
          title="Start a task"
          action="Start"
          hint="Without a name it is known by its number."
          placeholder="animals"
          onClose={close}
          onName={async (name) => {
            const body = name === null ? {} : { name };
            await change<TaskAnswer>("POST", pathOf(brain.id, "tasks"), body);
            tell(name === null ? "A task has begun." : `The task ${name} has begun.`);
            onChange();
          }}
        >
          What is taught from now on counts as another task: the measures tell what it does to those before. It changes
          nothing of what the brain knows.
        </NameDialog>
      ) : null}
      {asked === "notes" ? <NotesDialog brain={brain} onClose={close} onDone={onChange} /> : null}
      {asked === "tune" ? <TuneDialog brain={brain} onClose={close} onDone={onChange} /> : null}
      {asked === "delete" ? <DeleteDialog brain={brain} onClose={close} /> : null}
    </>
  );
}

function go(brain: string): void {
  location.hash = brainHref(brain, "checkpoints");
}

/** Holds the room until the brain is there. */
export const RoomForControls = () => (
  <>
    <div class="page-actions controls-room" />
    <div class="brain-line" aria-hidden="true">
      &nbsp;
    </div>
  </>
);
