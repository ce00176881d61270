import { isTried, moodBefore, notArrived, type ObservedDay } from './observed-day.ts';
import { fiveSigns, lastLook } from './signals.ts';
import { looks } from './world.ts';

const worth = { for: 1, unknown: 0, against: -1 } as const;

/** Days since the last day for which something holds; the whole history when none does. */
const since = (days: readonly ObservedDay[], holds: (day: ObservedDay) => boolean): number =>
  days.length - 1 - days.findLastIndex(holds);

const count = (days: readonly ObservedDay[], holds: (day: ObservedDay) => boolean): number =>
  days.filter(holds).length;

/** What a data scientist would hand to a regression: twenty figures of a history. */
export const featuresOf = (days: readonly ObservedDay[]): readonly number[] => {
  const stuck = notArrived(days);
  const silence = since(
    days,
    (day) => day.arrived.length > 0 || day.inbound || day.call === 'rang',
  );
  const silentDays = days.slice(days.length - silence);
  const stuckLately = stuck.filter((day) => day >= days.length - silence);
  const wait = stuckLately.length === 0 ? 0 : days.length - stuckLately[0]!;
  const mood = moodBefore(days, days.length);
  const [, call, photo, presence, groupAdd] = fiveSigns(days).map((sign) => worth[sign]);
  return [
    stuckLately.length,
    Math.log1p(wait),
    Math.min(wait, 30),
    Math.log1p(silence),
    count(silentDays, isTried) / (1 + silentDays.length),
    Number(days.at(-1)!.answer === 'unreachable' && days.at(-1)!.sent > 0),
    count(silentDays, (day) => day.sent > 0 && day.answer === 'unreachable'),
    Math.log1p(since(days, ({ inbound }) => inbound)),
    count(days, ({ inbound }) => inbound) / days.length,
    call!,
    count(silentDays, (day) => day.call === 'silent'),
    photo!,
    presence!,
    groupAdd!,
    looks.filter((look) => lastLook(days, look) === 'for' && days.some((day) => day.looks[look]))
      .length,
    count(silentDays, ({ receipt }) => receipt === 'seen'),
    count(silentDays, ({ receipt }) => receipt === 'missing'),
    Number(mood.complaint),
    Number(mood.optedOut),
    days.length,
  ];
};
