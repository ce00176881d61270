import { formatId } from '@tact/contracts';

/** The consent id of a declaration, from the declaration's own event id: a replay gives the same. */
export const formatConsentId = (eventId: string): string =>
  formatId('consent', Buffer.from(eventId.replaceAll('-', ''), 'hex'));
