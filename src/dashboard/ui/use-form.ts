// Sending a form: once at a time, with what the server finds wrong put at the fields that it names.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { CallFailed, messageOf } from "../api/client.ts";
import { type FieldErrors, fieldErrorsOf, NO_ERRORS } from "../api/problem-fields.ts";

export type Form = {
  readonly errors: FieldErrors;
  readonly isBusy: boolean;
  /** @param action what sends it; when it fails, its problem becomes `errors` */
  readonly submit: (action: () => Promise<void>) => Promise<void>;
};

/**
 * @param pointers of the form's fields, as the API calls them in a problem's errors
 * @param byType see `fieldErrorsOf`
 */
export function useForm(pointers: readonly string[], byType?: { readonly [code: string]: string }): Form {
  const [errors, setErrors] = useState(NO_ERRORS);
  const [isBusy, setIsBusy] = useState(false);
  const fields = useRef({ pointers, byType });
  fields.current = { pointers, byType };
  const submit = useCallback(async (action: () => Promise<void>) => {
    setIsBusy(true);
    setErrors(NO_ERRORS);
    try {
      await action();
    } catch (error) {
      const problem = error instanceof CallFailed ? error.problem : null;
      const { pointers, byType } = fields.current;
      setErrors(problem === null ? { ...NO_ERRORS, rest: messageOf(error) } : fieldErrorsOf(problem, pointers, byType));
    }
    setIsBusy(false);
  }, []);
  return { errors, isBusy, submit };
}

/** Puts the focus on the first field of `element` that is wrong, whenever there are errors. */
export function useFocusOnError(element: { readonly current: HTMLElement | null }, errors: FieldErrors): void {
  useEffect(() => {
    if (errors.fields.size > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [element, errors]);
}
