// An evaluation set of a new curriculum: samples on which the brain is judged, and from which it learns nothing.

import { Button } from "../../../../ui/button.tsx";
import { plural } from "../../../../ui/format.ts";
import type { EvaluationDraft } from "./draft.ts";
import { type Choices, datasetIn, type Errors } from "./edit.ts";
import { samplesOf } from "./estimate.ts";
import { PartHead } from "./part-head.tsx";
import { ClassesField, DatasetField } from "./selection-fields.tsx";
import { TextField } from "./text-field.tsx";
import { TransformList } from "./transform-list.tsx";

type EvaluationCardProps = {
  readonly set: EvaluationDraft;
  readonly place: number;
  readonly choices: Choices;
  readonly errors: Errors;
  readonly newKey: () => number;
  readonly onEdit: (part: Partial<EvaluationDraft>) => void;
  readonly onRemove: () => void;
};

export function EvaluationCard({ set, place, choices, errors, newKey, onEdit, onRemove }: EvaluationCardProps) {
  const where = `#/evaluations/${place}`;
  const name = set.name.trim() === "" ? `evaluation set ${place + 1}` : set.name;
  const dataset = datasetIn(choices, set.dataset);
  const samples = dataset === undefined ? null : samplesOf(set, dataset);
  return (
    <li class="card part" data-key={set.key} aria-label={`Evaluation set ${place + 1}`}>
      <PartHead
        title={`evaluation set ${place + 1}`}
        name={set.name}
        error={errors.get(`${where}/name`)}
        size={samples === null ? "" : plural(samples, "sample")}
        onName={(text) => onEdit({ name: text })}
      >
        <Button kind="quiet" size="small" icon="trash" label={`Remove ${name}`} onClick={onRemove} />
      </PartHead>
      <div class="part-body">
        <div class="part-fields">
          <div class="part-wide">
            <DatasetField
              value={set.dataset}
              choices={choices}
              error={errors.get(`${where}/dataset`)}
              onChange={onEdit}
            />
          </div>
          <TextField
            label="Samples of a class"
            usual="all"
            value={set.samplesPerClass}
            error={errors.get(`${where}/samplesPerClass`)}
            isNumber
            onChange={(samplesPerClass) => onEdit({ samplesPerClass })}
          />
        </div>
        <ClassesField
          selection={set}
          choices={choices}
          where={where}
          errors={errors}
          onChange={(classes) => onEdit({ classes })}
        />
        <TransformList
          transforms={set.transform}
          where={where}
          errors={errors}
          newKey={newKey}
          onChange={(transform) => onEdit({ transform })}
        />
        {errors.has(where) ? <p class="note note-wrong">{errors.get(where)}</p> : null}
      </div>
    </li>
  );
}
