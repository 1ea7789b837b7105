// A phase of a new curriculum: what is taught, how, and how the brain is judged on it.

import type { Brain } from "../../../../api/types.ts";
import { Button } from "../../../../ui/button.tsx";
import { Check } from "../../../../ui/check.tsx";
import { plural } from "../../../../ui/format.ts";
import { Toggles } from "../../../../ui/toggles.tsx";
import { type PhaseDraft, toggled } from "./draft.ts";
import { type Choices, datasetIn, type Errors } from "./edit.ts";
import { sizeOf } from "./estimate.ts";
import { PartHead } from "./part-head.tsx";
import { USUAL } from "./request.ts";
import { SelectField } from "./select-field.tsx";
import { ClassesField, DatasetField } from "./selection-fields.tsx";
import { TextField } from "./text-field.tsx";
import { TransformList } from "./transform-list.tsx";

export type PhaseCardProps = {
  readonly brain: Brain;
  readonly phase: PhaseDraft;
  readonly place: number;
  readonly count: number;
  readonly choices: Choices;
  /** Names of the plan's evaluation sets. */
  readonly evaluations: readonly string[];
  readonly errors: Errors;
  readonly newKey: () => number;
  readonly onEdit: (part: Partial<PhaseDraft>) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onCopy: () => void;
  readonly onRemove: () => void;
};

const ORDERS = [
  { value: "shuffled", label: "Shuffled" },
  { value: "stored", label: "As stored" },
  { value: "byClass", label: "Class by class" },
] as const;

export function PhaseCard(props: PhaseCardProps) {
  const { brain, phase, place, count, choices, errors, onEdit } = props;
  const where = `#/phases/${place}`;
  const name = phase.name.trim() === "" ? `phase ${place + 1}` : phase.name;
  const modes = [
    { value: "", label: `As now: ${brain.mode}` },
    { value: "plastic", label: "Plastic" },
    { value: "panic", label: "Panic" },
  ] as const;
  return (
    <li class="card part" data-key={phase.key} aria-label={`Phase ${place + 1}`}>
      <PartHead
        title={`phase ${place + 1}`}
        name={phase.name}
        error={errors.get(`${where}/name`)}
        size={sizeText(phase, choices)}
        onName={(text) => onEdit({ name: text })}
      >
        <Button
          kind="quiet"
          size="small"
          icon="up"
          label={`Move ${name} up`}
          isDisabled={place === 0}
          onClick={() => props.onMove(-1)}
        />
        <Button
          kind="quiet"
          size="small"
          icon="down"
          label={`Move ${name} down`}
          isDisabled={place === count - 1}
          onClick={() => props.onMove(1)}
        />
        <Button kind="quiet" size="small" icon="copy" label={`Duplicate ${name}`} onClick={props.onCopy} />
        <Button
          kind="quiet"
          size="small"
          icon="trash"
          label={`Remove ${name}`}
          isDisabled={count === 1}
          onClick={props.onRemove}
        />
      </PartHead>
      <div class="part-body">
        <div class="part-fields phase-fields">
          <div class="part-wide">
            <DatasetField
              value={phase.dataset}
              choices={choices}
              error={errors.get(`${where}/dataset`)}
              onChange={onEdit}
            />
          </div>
          <TextField
            label="Epochs"
            usual={String(USUAL.epochs)}
            value={phase.epochs}
            error={errors.get(`${where}/epochs`)}
            isNumber
            onChange={(epochs) => onEdit({ epochs })}
          />
          <TextField
            label="Batch size"
            usual={String(USUAL.batchSize)}
            value={phase.batchSize}
            error={errors.get(`${where}/batchSize`)}
            isNumber
            onChange={(batchSize) => onEdit({ batchSize })}
          />
          <SelectField
            label="Order"
            options={ORDERS}
            value={phase.order}
            error={errors.get(`${where}/order`)}
            onChange={(order) => onEdit({ order })}
          />
          <SelectField
            label="Mode"
            options={modes}
            value={phase.mode}
            error={errors.get(`${where}/mode`)}
            onChange={(mode) => onEdit({ mode })}
          />
        </div>
        <ClassesField
          selection={phase}
          choices={choices}
          isOrdered={phase.order === "byClass"}
          where={where}
          errors={errors}
          onChange={(classes) => onEdit({ classes })}
        />
        <TransformList
          transforms={phase.transform}
          where={where}
          errors={errors}
          newKey={props.newKey}
          onChange={(transform) => onEdit({ transform })}
        />
        <MoreSettings {...props} where={where} />
        {errors.has(where) ? <p class="note note-wrong">{errors.get(where)}</p> : null}
      </div>
    </li>
  );
}

const MORE = [
  "samplesPerClass",
  "seed",
  "neurogenesis",
  "memorize",
  "consolidate",
  "task",
  "evaluate",
  "evaluateEvery",
];

function MoreSettings({
  brain,
  phase,
  evaluations,
  errors,
  onEdit,
  where,
}: PhaseCardProps & { readonly where: string }) {
  // What is wrong must be seen.
  const hasErrors = MORE.some((field) => errors.has(`${where}/${field}`));
  return (
    <details class="part-more" open={hasErrors}>
      <summary>
        More settings<span class="hidden"> of {phase.name}</span>
      </summary>
      <div class="part-body">
        <div class="part-fields">
          <TextField
            label="Samples of a class"
            hint="The first so many"
            usual="all"
            value={phase.samplesPerClass}
            error={errors.get(`${where}/samplesPerClass`)}
            isNumber
            onChange={(samplesPerClass) => onEdit({ samplesPerClass })}
          />
          <TextField
            label="Seed"
            hint="Of the shuffle and the noise"
            usual={String(USUAL.seed)}
            value={phase.seed}
            error={errors.get(`${where}/seed`)}
            isNumber
            onChange={(seed) => onEdit({ seed })}
          />
          {brain.kind === "plastic" ? (
            <SelectField
              label="Neurogenesis"
              hint="Whether idle neurons may be born again"
              options={NEUROGENESIS}
              value={phase.neurogenesis}
              error={errors.get(`${where}/neurogenesis`)}
              onChange={(neurogenesis) => onEdit({ neurogenesis })}
            />
          ) : null}
          {evaluations.length === 0 ? null : (
            <TextField
              label="Judge every … steps"
              hint="Besides before and after the phase"
              usual="never"
              value={phase.evaluateEvery}
              error={errors.get(`${where}/evaluateEvery`)}
              isNumber
              onChange={(evaluateEvery) => onEdit({ evaluateEvery })}
            />
          )}
        </div>
        <div class="part-checks">
          <Check
            label="Remember the samples"
            hint="In the episodic memory, which votes."
            value={phase.memorize}
            error={errors.get(`${where}/memorize`)}
            onChange={(memorize) => onEdit({ memorize })}
          />
          <Check
            label="Consolidate at the end"
            hint="Busy neurons become mature, so that what they know is kept."
            value={phase.consolidate}
            error={errors.get(`${where}/consolidate`)}
            onChange={(consolidate) => onEdit({ consolidate })}
          />
          <Check
            label="A task of its own"
            hint="For the measures of forgetting."
            value={phase.task}
            error={errors.get(`${where}/task`)}
            onChange={(task) => onEdit({ task })}
          />
        </div>
        {evaluations.length === 0 ? null : (
          <Toggles
            label="Evaluation sets, before and after"
            all={evaluations}
            chosen={phase.evaluate}
            error={errors.get(`${where}/evaluate`)}
            onToggle={(label) => onEdit({ evaluate: toggled(phase.evaluate, label, evaluations) })}
            onChoose={(evaluate) => onEdit({ evaluate })}
          />
        )}
      </div>
    </details>
  );
}

const NEUROGENESIS = [
  { value: "", label: "As its layers say" },
  { value: "on", label: "On" },
  { value: "off", label: "Off" },
] as const;

function sizeText(phase: PhaseDraft, choices: Choices): string {
  const dataset = datasetIn(choices, phase.dataset);
  const size = dataset === undefined ? null : sizeOf(phase, dataset);
  return size === null ? "" : `${plural(size.samples, "sample")}, ${plural(size.steps, "step")}`;
}
