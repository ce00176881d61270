import { Injectable } from '@nestjs/common';
import type { SignalKind, SignalLine } from '@tact/contracts';
import { wishOf } from '@tact/domain';
import { Vault } from '@tact/platform';
import type { Wishing } from '../wishes/received-wish.ts';
import { ReceiveWishes } from '../wishes/receive-wishes.ts';

/** The event of a line of the CRM: told again, by call or by import, it is the same fact. */
export const lineEventId = (vault: Vault, tenantId: string, { id }: SignalLine): string =>
  vault.factId(tenantId, 'crm-line', id);

/**
 * The refusal a line may carry is kept whoever it is about; the sender's lines carry none. Only the person reopens, so a
 * line that tells of a change of mind is one more observation.
 */
@Injectable()
export class LineWishes {
  constructor(
    private readonly vault: Vault,
    private readonly wishes: ReceiveWishes,
  ) {}

  async receive(tenantId: string, lines: readonly SignalLine[]): Promise<void> {
    await this.wishes.receive(
      tenantId,
      lines.flatMap((line) => this.#wishingOf(tenantId, line)),
    );
  }

  #wishingOf(tenantId: string, line: SignalLine): readonly Wishing[] {
    const { contact, code, inboundType, occurredAt } = line;
    if (contact === undefined) return [];
    const { contactId, ...identities } = contact;
    const who = contactId === undefined ? identities : { contactId };
    const kind = line.kind as SignalKind;
    const signal = {
      kind,
      occurredAt,
      ...(code === undefined ? {} : { code }),
      ...(inboundType === undefined ? {} : { inboundType }),
    };
    if (wishOf(signal)?.asks !== 'stop') return [];
    const eventId = lineEventId(this.vault, tenantId, line);
    return [{ who, eventId, signal, ...(contactId === undefined ? {} : { beside: identities }) }];
  }
}
