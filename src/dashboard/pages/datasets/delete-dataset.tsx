// Asks before a dataset is deleted; where a curriculum still needs it, the question says so and stays.

import { change } from "../../api/change.ts";
import { datasetPathOf } from "../../api/client.ts";
import type { Dataset } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FormError } from "../../ui/form-error.tsx";
import { plural } from "../../ui/format.ts";
import { tell } from "../../ui/toasts.tsx";
import { useForm } from "../../ui/use-form.ts";

type DeleteDatasetProps = {
  readonly dataset: Pick<Dataset, "id" | "rows">;
  readonly onClose: () => void;
  readonly onDone: () => void;
};

export function DeleteDataset({ dataset: { id, rows }, onClose, onDone }: DeleteDatasetProps) {
  const { errors, isBusy, submit } = useForm([]);
  const remove = (): void =>
    void submit(async () => {
      await change<void>("DELETE", datasetPathOf(id));
      tell(`${id} is deleted.`);
      onClose();
      onDone();
    });
  return (
    <Dialog title={`Delete ${id}?`} onClose={onClose}>
      <div class="dialog-body">
        <p>
          Its {plural(rows, "sample")} go for good. Brains keep what they have learned from them, and curricula that
          have ended keep their figures.
        </p>
        <FormError errors={errors} />
      </div>
      <footer class="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="danger" isBusy={isBusy} onClick={remove}>
          Delete
        </Button>
      </footer>
    </Dialog>
  );
}
