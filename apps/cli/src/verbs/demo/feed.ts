import {
  Purpose,
  RecordSignalsResponse,
  RegisterContactResponse,
  type RegisterContactRequest,
  DAY_MS,
  exampleProof,
} from '@tact/contracts';
import { eachOf, progressOf } from '../../terminal/progress.ts';
import { Refusal } from '../../terminal/refusal.ts';
import type { TactClient } from '@tact/client';
import type { Population, SimulatedPerson, Truth } from '../../simulator/people.ts';

const requestOf = (person: SimulatedPerson, consentAt: string): RegisterContactRequest => ({
  identities: person.identities,
  timeZone: person.timeZone,
  language: person.language,
  consents: Purpose.options.map((purpose) => ({
    purpose,
    channel: 'whatsapp',
    state: 'given',
    at: consentAt,
    proof: { ...exampleProof, source: 'invented for the demo' },
  })),
});

/** Makes the simulated people known, with their consents: without them no signal may be analysed. */
export const registerPeople = async (
  api: TactClient,
  { people, startAt }: Pick<Population, 'people' | 'startAt'>,
): Promise<Truth> => {
  const consentAt = new Date(Date.parse(startAt) - DAY_MS).toISOString();
  const truth = new Map<string, SimulatedPerson>();
  const progress = progressOf('contacts', people.length);
  await eachOf(people, 8, async (person) => {
    const answer = await api.post('/v1/contacts', requestOf(person, consentAt));
    truth.set(RegisterContactResponse.parse(answer).contactId, person);
    progress.advance();
  });
  progress.end();
  return truth;
};

/** Posts the webhooks as Meta would: signed, in time order, one after the other. */
export const postWebhooks = async (
  api: TactClient,
  batches: Population['batches'],
): Promise<void> => {
  const total = batches.reduce((sum, { facts }) => sum + facts, 0);
  const progress = progressOf('facts', total);
  for (const { facts, body } of batches) {
    await api.webhook(new TextEncoder().encode(JSON.stringify(body)));
    progress.advance(facts);
  }
  progress.end();
};

const OBSERVATIONS_AT_ONCE = 500;

/** Reports what people saw, as a CRM does. Throws `Refusal` when a line is rejected. */
export const reportObservations = async (
  api: TactClient,
  observations: Population['observations'],
): Promise<void> => {
  const progress = progressOf('observations', observations.length);
  for (let at = 0; at < observations.length; at += OBSERVATIONS_AT_ONCE) {
    const some = observations.slice(at, at + OBSERVATIONS_AT_ONCE);
    const answer = RecordSignalsResponse.parse(await api.post('/v1/signals', some));
    const rejected = answer.results.find(({ status }) => status === 'rejected');
    if (rejected) {
      throw new Refusal(`An observation was rejected: ${rejected.problem?.title ?? 'no reason'}`);
    }
    progress.advance(some.length);
  }
  progress.end();
};
