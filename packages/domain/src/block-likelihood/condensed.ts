import { lookLikelihood } from './day-likelihood.ts';
import type { DayPlan, Plan } from './day-plan.ts';
import { filtered, type Belief } from './filter.ts';
import type { Model } from './model.ts';
import { agedTrait, driftTrait, normalise } from './quiet-days.ts';
import {
  BLOCKED,
  CORE_COUNT,
  LIVENESS_COUNT,
  livenesses,
  QUEUED,
  talkers,
  traitSettings,
  type Trait,
} from './states.ts';

/**
 * A belief as it is kept of closed days. Of what was looked at only the settings by five groups are kept, as if
 * beyond that they said nothing of the rest: 75 numbers instead of 810 for somebody of three looks. Open days are weighed
 * exactly, whatever they start from.
 */
export type Condensed = {
  readonly core: Float64Array;
  readonly looks: ReadonlyMap<Trait, Float64Array>;
};

const SETTINGS = traitSettings.length;
const CELLS = talkers.length * CORE_COUNT;
const GROUPS = 5;
const BLOCKED_GROUP = 4;
const [PATCHY, GONE] = [livenesses.indexOf('patchy'), livenesses.indexOf('churned')];
/** Who has just lifted a block, whose phone is on and yet gets nothing, who is off, who is gone, who blocks. */
const groups = Uint8Array.from({ length: CELLS }, (_, cell) => {
  const [core, liveness] = [cell % CORE_COUNT, cell % LIVENESS_COUNT];
  if (core >= BLOCKED) return BLOCKED_GROUP;
  if (liveness === GONE) return 3;
  if (core < QUEUED) return 0;
  return liveness <= PATCHY ? 1 : 2;
});
const groupOf = (cell: number): number => groups[cell] ?? 0;

/** The belief over everything at once, to go on from. */
export const spreadOut = ({ core, looks }: Condensed): Belief => {
  let weights = core.slice();
  for (const settings of looks.values()) {
    const stride = weights.length / CELLS;
    const wider = new Float64Array(weights.length * SETTINGS);
    for (let index = 0; index < wider.length; index++) {
      const outer = Math.floor(index / SETTINGS);
      const at = groupOf(Math.floor(outer / stride)) * SETTINGS + (index % SETTINGS);
      wider[index] = (weights[outer] ?? 0) * (settings[at] ?? 0);
    }
    weights = wider;
  }
  return { weights, traits: [...looks.keys()] };
};

/** Every cell once for each group it may come from. */
const byOrigin = (core: Float64Array): Belief => {
  const weights = new Float64Array(CELLS * GROUPS);
  for (let cell = 0; cell < CELLS; cell++) weights[cell * GROUPS + groupOf(cell)] = core[cell] ?? 0;
  return { weights, traits: [] };
};

/** Settings now, from those of the origins: a block begun since brings the settings of the free along. */
const regrouped = (weights: Float64Array, settings: Float64Array): Float64Array => {
  const mixed = new Float64Array(GROUPS * SETTINGS);
  const totals = new Float64Array(GROUPS);
  for (let index = 0; index < weights.length; index++) {
    const [now, origin] = [groupOf(Math.floor(index / GROUPS)), index % GROUPS];
    const weight = weights[index] ?? 0;
    totals[now] = (totals[now] ?? 0) + weight;
    for (let setting = 0; setting < SETTINGS; setting++) {
      const at = now * SETTINGS + setting;
      mixed[at] = (mixed[at] ?? 0) + weight * (settings[origin * SETTINGS + setting] ?? 0);
    }
  }
  return mixed.map((weight, at) => {
    const total = totals[Math.floor(at / SETTINGS)] ?? 0;
    return total > 0 ? weight / total : (settings[at] ?? 0);
  });
};

const weighLooks = (
  model: Model,
  core: Float64Array,
  { looks, seen }: { looks: Map<Trait, Float64Array>; seen: DayPlan['looks'] },
): void => {
  for (const { trait, seen: isSeen } of seen.values()) {
    const settings = looks.get(trait)?.slice() ?? new Float64Array(GROUPS * SETTINGS);
    const shares = new Float64Array(GROUPS);
    for (let at = 0; at < settings.length; at++) {
      const group = Math.floor(at / SETTINGS);
      const look = { isSeen, isBlocked: group === BLOCKED_GROUP };
      const weight = (settings[at] ?? 0) * lookLikelihood(model.looks[trait], at % SETTINGS, look);
      settings[at] = weight;
      shares[group] = (shares[group] ?? 0) + weight;
    }
    for (let at = 0; at < settings.length; at++) {
      settings[at] = (settings[at] ?? 0) / (shares[Math.floor(at / SETTINGS)] || 1);
    }
    for (let cell = 0; cell < CELLS; cell++)
      core[cell] = (core[cell] ?? 0) * (shares[groupOf(cell)] ?? 0);
    looks.set(trait, settings);
  }
  if (seen.size > 0) normalise(core);
};

export type Start = { readonly day: number; readonly belief: Condensed };

/** The condensed belief at the end of a day: exact between looks, condensed again at each. */
export const condensedOn = (
  model: Model,
  { plan, from, until }: { plan: Plan; from: Start | undefined; until: number },
): Condensed => {
  const firstDay = plan.days[0]?.day ?? until;
  const afterStart = (day: number) => from === undefined || day > from.day;
  const lookDays = plan.days.filter(
    ({ day, looks }) => looks.size > 0 && afterStart(day) && day <= until,
  );
  if (lookDays.length === 0 && (from === undefined || from.belief.looks.size === 0)) {
    const belief = from && { day: from.day, belief: spreadOut(from.belief) };
    return { core: filtered(model, plan, { from: belief, until }).weights, looks: new Map() };
  }
  const blind = { ...plan, days: plan.days.map((day) => ({ ...day, looks: new Map() })) };
  let { core, looks } = from?.belief ?? { core: undefined, looks: new Map<Trait, Float64Array>() };
  let [day, isBegun] = [from?.day ?? firstDay, from !== undefined];
  for (const stop of [...lookDays, { day: until, looks: new Map() as DayPlan['looks'] }]) {
    const start = isBegun && core ? { day, belief: byOrigin(core) } : undefined;
    const { weights } = filtered(model, blind, { from: start, until: stop.day });
    const nights = stop.day - day;
    const copies = weights.length / CELLS;
    const next = new Map<Trait, Float64Array>();
    for (const [trait, settings] of looks)
      next.set(trait, driftTrait(model, trait, { nights, settings: regrouped(weights, settings) }));
    for (const { trait } of stop.looks.values()) {
      const aged = agedTrait(model, trait, stop.day - firstDay);
      if (!next.has(trait))
        next.set(
          trait,
          Float64Array.from({ length: GROUPS * SETTINGS }, (_, at) => aged[at % SETTINGS] ?? 0),
        );
    }
    const merged = new Float64Array(CELLS);
    for (let cell = 0; cell < CELLS; cell++) {
      for (let at = cell * copies; at < (cell + 1) * copies; at++) {
        merged[cell] = (merged[cell] ?? 0) + (weights[at] ?? 0);
      }
    }
    weighLooks(model, merged, { looks: next, seen: stop.looks });
    [core, looks, day, isBegun] = [merged, next, stop.day, true];
  }
  return { core: core ?? model.initially, looks };
};
