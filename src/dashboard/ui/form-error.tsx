// What is wrong with a form as a whole.

import type { FieldErrors } from "../api/problem-fields.ts";

export const FormError = ({ errors }: { readonly errors: FieldErrors }) =>
  errors.rest === null ? null : (
    <p class="note note-wrong" role="alert">
      {errors.rest}
    </p>
  );
