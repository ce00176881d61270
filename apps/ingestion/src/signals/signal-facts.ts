import { Injectable } from '@nestjs/common';
import {
  type HumanKind,
  isHumanKind,
  type SenderSignalKind,
  type SignalKind,
  type SignalLine,
  type SignalRecorded,
} from '@tact/contracts';
import { type StreamAppend, Vault } from '@tact/platform';
import { lineEventId } from './line-wishes.ts';

/** What the observer saw, where the line leaves it to the kind. */
const sights: Record<HumanKind, string> = {
  'photo-seen': 'a profile photo',
  'photo-missing': 'no profile photo',
  'presence-seen': 'online, or a time last seen',
  'presence-missing': 'neither online nor a time last seen',
  'group-receipt-missing': 'no receipt in the shared group',
  'group-add-accepted': 'could be added to a group',
  'group-add-refused': 'could not be added to a group',
};

/** Whose line it is, and the way it came. */
export type LineSource = { readonly tenantId: string; readonly via: 'api' | 'import' };
/** Definite fields only: an event says nothing about what was not told. */
const definite = <Fields extends object>(fields: Fields): Fields => {
  const given: Partial<Fields> = {};
  for (const name of Object.keys(fields) as (keyof Fields)[]) {
    if (fields[name] !== undefined) given[name] = fields[name];
  }
  return given as Fields;
};

/** The facts that lines of the CRM become. Made here and nowhere else, so that each is one fact by its line id. */
@Injectable()
export class SignalFacts {
  constructor(private readonly vault: Vault) {}

  ofContact({ tenantId, via }: LineSource, contactId: string, line: SignalLine): StreamAppend {
    const occurredAt = new Date(line.occurredAt).toISOString();
    const kind = line.kind as SignalKind;
    const { messageRef, observer, baseline } = line;
    const saw = line.saw ?? (isHumanKind(kind) ? sights[kind] : undefined);
    const data: SignalRecorded = definite({
      contactId,
      kind,
      occurredAt,
      origin: via === 'import' ? 'crm-import' : observer === undefined ? 'crm' : 'agent',
      // The CRM's id of a message may be the wamid, which holds the person's phone number.
      messageRef:
        messageRef === undefined ? undefined : this.vault.messageRef(tenantId, messageRef),
      sender: line.sender,
      code: line.code,
      messageCategory: line.messageCategory,
      inboundType: line.inboundType,
      observer,
      saw,
      baseline:
        baseline === undefined
          ? undefined
          : { ...baseline, at: new Date(baseline.at).toISOString() },
      ttlSeconds: line.ttlSeconds,
    });
    return this.#fact(`contact-${contactId}`, line, {
      tenantId,
      subject: contactId,
      event: { type: 'SignalRecorded', time: occurredAt, data },
    });
  }

  ofSender(tenantId: string, line: SignalLine): StreamAppend {
    const occurredAt = new Date(line.occurredAt).toISOString();
    const { wabaId, sender, template, code, state, previousState } = line;
    const kind = line.kind as SenderSignalKind;
    const known = { wabaId, sender, template, code, state, previousState };
    const data = definite({ tenantId, kind, occurredAt, ...known });
    const event = { type: 'SenderSignalRecorded', time: occurredAt, data };
    return this.#fact(`sender-${tenantId}`, line, { tenantId, subject: tenantId, event });
  }

  /** The id comes from the line's: told again, by call or by import, it is the same fact. */
  #fact(
    stream: string,
    line: SignalLine,
    fact: { tenantId: string; subject: string; event: StreamAppend['events'][number] },
  ): StreamAppend {
    const { tenantId, subject, event } = fact;
    const id = lineEventId(this.vault, tenantId, line);
    return { stream, expected: 'any', events: [{ ...event, id }], context: { tenantId, subject } };
  }
}
