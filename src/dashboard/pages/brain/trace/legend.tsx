// What the colours of cells mean.

type LegendProps = { readonly isCompared: boolean; readonly hasMature: boolean };

export const Legend = ({ isCompared, hasMature }: LegendProps) => (
  <ul class="legend">
    {isCompared ? (
      <>
        <Entry mark="both">fires for both</Entry>
        <Entry mark="first">calm alone</Entry>
        <Entry mark="second">perturbed alone</Entry>
      </>
    ) : (
      <>
        <Entry mark="silent">silent</Entry>
        <Entry mark="ramp">fires, weakly to strongly</Entry>
      </>
    )}
    {hasMature ? <Entry mark="mature">mature</Entry> : null}
  </ul>
);

type EntryProps = { readonly mark: string; readonly children: string };

const Entry = ({ mark, children }: EntryProps) => (
  <li>
    <span class="legend-mark" data-mark={mark} />
    {children}
  </li>
);
