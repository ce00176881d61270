import type { Population, SimulatedPerson } from './people.ts';
import { observationsOf } from './observe.ts';
import { simulate, type SimulatedContact, type SimulationRequest } from './simulate.ts';
import { fictionalBusiness, toWebhookBody } from './webhook-body.ts';

const FACTS_PER_BODY = 50;

const personOf = ({ phone, bsuid, truth }: SimulatedContact): SimulatedPerson => ({
  identities: { phone: `+${phone}`, bsuid },
  timeZone: 'Europe/Paris',
  language: 'fr',
  ...(truth.blockedSince === undefined
    ? {}
    : { blockedSince: new Date(truth.blockedSince).toISOString() }),
  ...(truth.blockedEarlier === undefined
    ? {}
    : {
        blockedEarlier: {
          from: new Date(truth.blockedEarlier.from).toISOString(),
          until: new Date(truth.blockedEarlier.until).toISOString(),
        },
      }),
  ...(truth.blockedSince !== undefined || truth.liveness === 'on'
    ? {}
    : { otherCause: truth.liveness }),
});

/** A simulated population as webhooks to a business account: what the demo feeds to the platform. */
export const simulatedPopulation = (
  request: SimulationRequest & { readonly wabaId: string },
): Population => {
  const { contacts, facts } = simulate(request);
  const business = fictionalBusiness(request.wabaId);
  const batches = Array.from({ length: Math.ceil(facts.length / FACTS_PER_BODY) }, (_, index) => {
    const some = facts.slice(index * FACTS_PER_BODY, (index + 1) * FACTS_PER_BODY);
    return { facts: some.length, body: toWebhookBody(some, { contacts, business }) };
  });
  return {
    people: contacts.map(personOf),
    startAt: new Date(request.startAt).toISOString(),
    batches,
    observations: contacts
      .flatMap((contact) => observationsOf(contact, request))
      .toSorted((a, b) => a.occurredAt.localeCompare(b.occurredAt)),
  };
};
