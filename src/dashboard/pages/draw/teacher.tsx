// Telling the brain what the drawing is: it learns from that at once.

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { pathOf, send } from "../../api/client.ts";
import type { Brain } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { tellFailure } from "../../ui/toasts.tsx";

const DIGITS: readonly string[] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
/** More names than these are found by typing. */
const MOST_BUTTONS = 20;

type TeacherProps = {
  readonly brain: Brain;
  /** What it says; null for nothing. */
  readonly said: string | null;
  /** Whether there is something to teach. */
  readonly isReady: boolean;
  readonly onTeach: (label: string) => void;
  readonly onChange: () => void;
  /** What stands below: what came of the last lesson. */
  readonly children: ComponentChildren;
};

export function Teacher({ brain, said, isReady, onTeach, onChange, children }: TeacherProps) {
  const others = brain.labels.filter((label) => !DIGITS.includes(label));
  return (
    <Card title="What is it?" note="Tell the brain: it learns from this drawing at once.">
      <div class="draw-teacher">
        {brain.mode === "inference" ? <LearnsNothing brain={brain} onChange={onChange} /> : null}
        <Button kind="primary" icon="check" isDisabled={!isReady || said === null} onClick={() => onTeach(said ?? "")}>
          {said === null ? "That's right" : `That's right: ${said}`}
        </Button>
        <Labels labels={DIGITS} look="draw-digits" isReady={isReady} onTeach={onTeach} />
        {others.length === 0 ? null : (
          <Labels labels={others.slice(0, MOST_BUTTONS)} look="draw-others" isReady={isReady} onTeach={onTeach} />
        )}
        <OtherLabel labels={others} isReady={isReady} onTeach={onTeach} />
        {children}
      </div>
    </Card>
  );
}

type LabelsProps = Pick<TeacherProps, "isReady" | "onTeach"> & {
  readonly labels: readonly string[];
  readonly look: string;
};

const Labels = ({ labels, look, isReady, onTeach }: LabelsProps) => (
  <fieldset class={look}>
    <legend class="hidden">It is</legend>
    {labels.map((label) => (
      <Button key={label} isDisabled={!isReady} label={`It is ${label}`} onClick={() => onTeach(label)}>
        {label}
      </Button>
    ))}
  </fieldset>
);

function OtherLabel({ labels, isReady, onTeach }: Pick<LabelsProps, "labels" | "isReady" | "onTeach">) {
  const [typed, setTyped] = useState("");
  const id = useId();
  const label = typed.trim();
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!isReady || label === "") return;
    onTeach(label);
    setTyped("");
  };
  return (
    <form class="draw-other" onSubmit={submit}>
      <label for={id}>Something else</label>
      <input
        id={id}
        list={`${id}-known`}
        autocomplete="off"
        maxLength={256}
        placeholder="star, house, Ω …"
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <datalist id={`${id}-known`}>
        {labels.map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <Button type="submit" isDisabled={!isReady || label === ""}>
        Teach
      </Button>
    </form>
  );
}

function LearnsNothing({ brain, onChange }: Pick<TeacherProps, "brain" | "onChange">) {
  const change = (): void => {
    send("PUT", pathOf(brain.id, "mode"), { mode: "plastic" }).then(onChange, tellFailure);
  };
  return (
    <p class="draw-frozen">
      <span>In mode inference it learns nothing.</span>
      <Button size="small" onClick={change}>
        Let it learn
      </Button>
    </p>
  );
}
