// What finds and orders the rows of the list.

import { Icon } from "../../ui/icon.tsx";
import { SORTS, type Sort } from "./rows.ts";

type ToolbarProps = {
  readonly search: string;
  readonly sort: Sort;
  /** Whether what it is sorted by is still being read. */
  readonly isSorting: boolean;
  readonly onSearch: (text: string) => void;
  readonly onSort: (sort: Sort) => void;
};

// The select holds the keys of SORTS alone.
const sortOf = (value: string): Sort => value as Sort;

export const Toolbar = ({ search, sort, isSorting, onSearch, onSort }: ToolbarProps) => (
  <>
    <label class="search">
      <span class="hidden">Find brains</span>
      <Icon name="search" />
      <input
        type="search"
        placeholder="Name, id or tag"
        value={search}
        onInput={({ currentTarget }) => onSearch(currentTarget.value)}
      />
    </label>
    <label class="sort" aria-busy={isSorting}>
      <span class="hidden">Sort by</span>
      <select value={sort} onChange={({ currentTarget }) => onSort(sortOf(currentTarget.value))}>
        {Object.entries(SORTS).map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    </label>
  </>
);
