import { formatId } from '@tact/contracts';

/** The consent id of an event, from the event's own id: a replay gives the same, and the record is found by it. */
export const formatConsentId = (eventId: string): string =>
  formatId('consent', Buffer.from(eventId.replaceAll('-', ''), 'hex'));

const uuidParts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

/** The event id that a consent id was made of; undefined where it was made of none. */
export const eventIdOf = (consentId: string): string | undefined => {
  const [, ...parts] = uuidParts.exec(consentId.slice('co_'.length)) ?? [];
  const eventId = parts.join('-');
  return /^[0-9a-f-]{36}$/.test(eventId) ? eventId : undefined;
};
