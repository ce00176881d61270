import type { SignalKind, SignalLine } from '@tact/contracts';
import { wishOf } from '@tact/domain';
import { InvalidIdentity, registrableIdentities } from '@tact/platform';
import { type RefusedLine, refusedLine } from './line-outcomes.ts';

/**
 * A refusal whose number can be nobody's would be accepted and bind nobody, now or later: whoever told it must correct it.
 * Undefined for every other line, which finds nobody and is counted.
 */
export const unreadableRefusal = ({
  contact,
  kind,
  code,
  inboundType,
}: SignalLine): RefusedLine | undefined => {
  if (contact?.phone === undefined || contact.contactId !== undefined) return undefined;
  const signal = {
    kind: kind as SignalKind,
    ...(code === undefined ? {} : { code }),
    ...(inboundType === undefined ? {} : { inboundType }),
  };
  if (wishOf(signal)?.asks !== 'stop') return undefined;
  try {
    registrableIdentities({ phone: contact.phone });
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidIdentity)) throw error;
    return refusedLine('/contact/phone', error.message);
  }
};
