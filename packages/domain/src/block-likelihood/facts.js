import { signalKindFamilies } from '@tact/contracts';
import { evidenceOf } from './error-evidence.js';
const arrivals = new Set(['message-delivered', 'message-read', 'message-played']);
const earliest = (known, at) => (known === undefined || at < known ? at : known);
const tell = (message, { kind, occurredAt, code }) => {
  if (arrivals.has(kind))
    message.arrivals.set(kind, earliest(message.arrivals.get(kind), occurredAt));
  else if (kind === 'message-sent') message.sentAt = earliest(message.sentAt, occurredAt);
  else if (kind === 'message-dropped') message.droppedAt = earliest(message.droppedAt, occurredAt);
  else {
    message.failedAt = earliest(message.failedAt, occurredAt);
    message.codes.add(code);
  }
};
/** What is known at `asOf`. After a change of number only the new number's facts speak. */
export const historyOf = (facts, asOf) => {
  let changedAt = -Infinity;
  for (const { kind, occurredAt } of facts) {
    if (kind === 'number-changed' && occurredAt <= asOf)
      changedAt = Math.max(changedAt, occurredAt);
  }
  const messages = new Map();
  const others = new Map();
  const families = new Set();
  let startAt = Infinity;
  let firstAt = Infinity;
  for (const fact of facts) {
    const { kind, occurredAt, messageRef } = fact;
    if (occurredAt > asOf || occurredAt < changedAt) continue;
    firstAt = Math.min(firstAt, occurredAt);
    if (opensHistory(fact)) startAt = Math.min(startAt, occurredAt);
    const family = signalKindFamilies[kind];
    families.add(family);
    if (family === 'delivery' && messageRef !== undefined) {
      tell(messageOf(messages, messageRef), fact);
    } else if (kind === 'message-failed') {
      tell(messageOf(messages, `${occurredAt}/${fact.code}`), fact);
    } else {
      const instants = others.get(kind);
      if (instants) instants.add(occurredAt);
      else others.set(kind, new Set([occurredAt]));
    }
  }
  if (firstAt === Infinity) return undefined;
  const byKind = [...others].map(([kind, at]) => [
    kind,
    { family: signalKindFamilies[kind], instants: [...at] },
  ]);
  return {
    startAt: startAt === Infinity ? firstAt : startAt,
    messages: [...messages.values()],
    others: new Map(byKind),
    families,
  };
};
/** A failure that says nothing of the person does not make the history older either. */
const opensHistory = ({ kind, code }) =>
  kind !== 'message-failed' || evidenceOf(code) !== 'neutral';
const messageOf = (messages, ref) => {
  const known = messages.get(ref);
  if (known) return known;
  const message = {
    sentAt: undefined,
    arrivals: new Map(),
    failedAt: undefined,
    codes: new Set(),
    droppedAt: undefined,
  };
  messages.set(ref, message);
  return message;
};
/** What became of a message. A failure never cancels a proved arrival; an unknown code proves nothing. */
export const fateOf = ({ arrivals: proofs, codes }) => {
  if (proofs.size > 0) return 'arrived';
  if (codes.size === 0) return 'waiting';
  const evidence = [...codes].map(evidenceOf);
  return evidence.includes('other_cause') ? 'unreachable' : 'censored';
};
export const hasEvidence = ({ codes }, wanted) =>
  [...codes].some((code) => evidenceOf(code) === wanted);
//# sourceMappingURL=facts.js.map
