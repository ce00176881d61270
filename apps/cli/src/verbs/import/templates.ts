import { exampleProof, type ImportType } from '@tact/contracts';
import type { Terminal } from '../../terminal/terminal.ts';
import { typeOf } from './import-flags.ts';

/** A header and rows to begin with, of people nobody is: the columns that most files have. */
export const templates: Record<ImportType, readonly string[]> = {
  contacts: [
    'id,identities.crmId,identities.phone,identities.email,country,timeZone,language,attributes.segment',
    'row-1,C-17,+33639980120,ana.roux@example.fr,,Europe/Paris,fr,gold',
    'row-2,C-18,06 39 98 01 21,,FR,Europe/Paris,fr,',
  ],
  consents: [
    'id,contact.crmId,purpose,channel,state,at,proof.source,proof.noticeVersion,proof.noticeSha256',
    `row-1,C-17,signal-analysis,whatsapp,given,2026-01-05T09:00:00Z,sign-up form,${exampleProof.noticeVersion},${exampleProof.noticeSha256}`,
    'row-2,C-18,marketing,email,withdrawn,2026-02-05T10:30:00+01:00,letter of the customer,,',
  ],
  signals: [
    'id,contact.crmId,kind,occurredAt,messageRef,code,observer,saw',
    'row-1,C-17,message-failed,2026-11-02T08:00:00Z,C-17-1,131026,,',
    'row-2,C-18,call-not-ringing,2026-11-02T09:30:00+01:00,,,,',
  ],
};

/** `tact import --template TYPE`: prints a file to begin with. Throws `Refusal` for a type there is not. */
export const printTemplate = (type: string, terminal: Terminal): void => {
  for (const line of templates[typeOf(type)]) terminal.line(line);
};
