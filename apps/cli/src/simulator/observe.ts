import { type SignalKind, type SignalLine, DAY_MS, HOUR_MS } from '@tact/contracts';
import { parameters } from './parameters.ts';
import { type Chance, chanceOf } from './random.ts';
import type { SimulatedContact, SimulatedDay, SimulationRequest } from './simulate.ts';

type Looker = { readonly chance: Chance; readonly day: SimulatedDay; readonly trait: Traits };

/** How a person has set WhatsApp up, drawn once. */
type Traits = {
  readonly showsPhoto: boolean;
  readonly showsPresence: boolean;
  readonly canBeAdded: boolean;
};

const { looks, liveness } = parameters;

const connects = ({ chance, day }: Looker): boolean =>
  chance.happens(liveness.connects[day.liveness]);

/** What one look, call or group tells on a day; each is open to an innocent reading, as in life. */
const kinds = {
  photo: ({ chance, day, trait }: Looker): SignalKind => {
    const isCached = chance.happens(looks.photo.cachedWhenBlocked);
    return trait.showsPhoto && (!day.isBlocked || isCached) ? 'photo-seen' : 'photo-missing';
  },
  presence: ({ day, trait }: Looker): SignalKind =>
    trait.showsPresence && !day.isBlocked ? 'presence-seen' : 'presence-missing',
  call: (looker: Looker): SignalKind => {
    const couldRing = connects(looker) && looker.chance.happens(looks.call.ringsOfConnected);
    return couldRing && !looker.day.isBlocked ? 'call-rang' : 'call-not-ringing';
  },
  group: ({ day, trait }: Looker): SignalKind =>
    trait.canBeAdded && !day.isBlocked ? 'group-add-accepted' : 'group-add-refused',
} as const;
type Sight = keyof typeof kinds;

/** On which days a person is looked at in which way; groups are two that the person asked to join. */
const daysOf = (sight: Sight, days: number, chance: Chance): number[] => {
  if (sight === 'group') return chance.happens(looks.group.share) ? [12, days - 4] : [];
  if (sight === 'call' && !chance.happens(looks.call.share)) return [];
  const first = chance.whole(0, looks.everyDays - 1);
  return Array.from(
    { length: Math.ceil((days - first) / looks.everyDays) },
    (_, turn) => first + turn * looks.everyDays,
  );
};

const hourOf: Record<Sight, number> = { photo: 9, presence: 10, call: 11, group: 14 };

/** What people of the business noted about a contact. The chance is its own, so what WhatsApp tells stays as it was. */
export const observationsOf = (
  { ref, phone, truth }: SimulatedContact,
  { seed, startAt }: SimulationRequest,
): SignalLine[] => {
  const chance = chanceOf(`${seed}/${ref}/looks`);
  if (!chance.happens(looks.share)) return [];
  const trait: Traits = {
    showsPhoto: chance.happens(looks.photo.has) && chance.happens(looks.photo.open),
    showsPresence: chance.happens(looks.presence.open),
    canBeAdded: chance.happens(looks.group.open),
  };
  const run = new Date(startAt).toISOString().slice(0, 10);
  return (Object.keys(kinds) as Sight[]).flatMap((sight) =>
    daysOf(sight, truth.days.length, chance).flatMap((at) => {
      const day = truth.days[at];
      if (day === undefined) return [];
      const moment = startAt + at * DAY_MS + hourOf[sight] * HOUR_MS;
      return {
        id: `demo-${run}-${ref}-${sight}-${at}`,
        contact: { phone: `+${phone}` },
        kind: kinds[sight]({ chance, day, trait }),
        occurredAt: new Date(moment).toISOString(),
        observer: 'agent 7',
      };
    }),
  );
};
