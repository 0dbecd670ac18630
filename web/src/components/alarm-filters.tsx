import { WHICH } from "../lib/alarm-filter";
import type { AlarmFilter, Which } from "../lib/alarm-filter";
import { PRIORITIES } from "../lib/alarms";

interface FiltersProps {
  filter: AlarmFilter;
  onChange: (filter: AlarmFilter) => void;
  /** How many are open. */
  open: number;
}

/** Which alarms the page shows. */
export function AlarmFilters({ filter, onChange, open }: FiltersProps) {
  const set = (change: Partial<AlarmFilter>) => onChange({ ...filter, ...change });
  return (
    <div className="filters">
      <div className="segments" role="group" aria-label="Which alarms">
        {(["open", "all"] as const).map((which) => (
          <button key={which} type="button" aria-pressed={filter.which === which} onClick={() => set({ which })}>
            {WHICH[which]} {which === "open" && <span className="segments__count">{open}</span>}
          </button>
        ))}
      </div>
      <label>
        State
        <select value={filter.which} onChange={(event) => set({ which: event.target.value as Which })}>
          {Object.entries(WHICH).map(([which, label]) => (
            <option key={which} value={which}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Priority
        <select value={filter.priority} onChange={(event) => set({ priority: event.target.value as AlarmFilter["priority"] })}>
          <option value="">Any</option>
          {Object.entries(PRIORITIES).map(([priority, { label, marks }]) => (
            <option key={priority} value={priority}>
              {marks} {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        About
        <select value={filter.category} onChange={(event) => set({ category: event.target.value as AlarmFilter["category"] })}>
          <option value="">Patient and equipment</option>
          <option value="physiological">Patient</option>
          <option value="technical">Equipment</option>
        </select>
      </label>
      <label>
        <input type="checkbox" checked={filter.mine} onChange={(event) => set({ mine: event.target.checked })} /> Mine only
      </label>
    </div>
  );
}
