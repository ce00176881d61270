import type { MappingDocument } from '@tact/contracts';

const names = 'People are known by their identities: names are not needed.';

/** Zendesk's users: the JSON export and the API's records, and the table, in English and French. */
export const zendesk: MappingDocument = {
  name: 'zendesk',
  version: 1,
  crm: 'zendesk',
  fields: [
    { from: ['id', 'User ID', 'ID de l’utilisateur', 'ID utilisateur'], to: 'record' },
    { from: ['phone', 'Phone number', 'Téléphone', 'Numéro de téléphone'], to: 'phone' },
    { from: ['email', 'Primary email', 'E-mail', 'Adresse e-mail'], to: 'email' },
    { from: ['iana_time_zone', 'IANA time zone', 'Fuseau horaire IANA'], to: 'timeZone' },
    { from: ['locale', 'Language', 'Langue', 'Paramètres régionaux'], to: 'language' },
  ],
  knownUseless: {
    name: names,
    Nom: names,
    time_zone: 'Zendesk’s own name of a zone: iana_time_zone is taken.',
    external_id: 'The id of another system.',
  },
};
