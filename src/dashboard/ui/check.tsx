// Yes or no, with what it means beside it.

type CheckProps = {
  readonly label: string;
  readonly hint?: string;
  readonly value: boolean;
  readonly error?: string | undefined;
  readonly onChange: (value: boolean) => void;
};

export const Check = ({ label, hint, value, error, onChange }: CheckProps) => (
  <div class="check">
    <label title={hint}>
      <input
        type="checkbox"
        checked={value}
        aria-invalid={error !== undefined}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {label}
    </label>
    {error === undefined ? null : <p class="note note-wrong">{error}</p>}
  </div>
);
