// How far an upload is, in bytes; then the server reads it, which nothing tells how far it is.

import type { Sent } from "../../api/upload.ts";
import { bytes, percent } from "../../ui/format.ts";
import { Progress } from "../../ui/progress.tsx";

export function UploadProgress({ sent: { bytes: done, total } }: { readonly sent: Sent }) {
  const share = total === 0 ? 0 : done / total;
  const isSent = share >= 1;
  const text = isSent
    ? `${bytes(total)} are there. The server reads and checks them.`
    : `${bytes(done)} of ${bytes(total)}, ${percent(share, 0)}`;
  return (
    <div class="upload-progress">
      <Progress label="Upload" share={share} text={text} isBusy={isSent} />
      <p class="note" role="status">
        {text}
      </p>
    </div>
  );
}
