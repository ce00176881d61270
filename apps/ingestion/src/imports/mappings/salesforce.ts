import type { MappingDocument } from '@tact/contracts';

const names = 'People are known by their identities: names are not needed.';

/** A report or an export of Salesforce's contacts and leads, in English and French, and by API names. */
export const salesforce: MappingDocument = {
  name: 'salesforce',
  version: 1,
  crm: 'salesforce',
  fields: [
    {
      from: [
        'Contact ID',
        'ContactId',
        'Id',
        'Lead ID',
        'Case Safe ID',
        'Contact ID 18',
        'ID du contact',
        'ID contact',
        'N° du contact',
        'ID de la piste',
      ],
      to: 'record',
    },
    {
      from: [
        'Mobile',
        'Mobile Phone',
        'MobilePhone',
        'Téléphone mobile',
        'Téléphone portable',
        'Portable',
      ],
      to: 'phone',
    },
    { from: ['Phone', 'Business Phone', 'Téléphone', 'Téléphone professionnel'], to: 'phone' },
    { from: ['Email', 'E-mail', 'Adresse e-mail', 'Adresse électronique'], to: 'email' },
    {
      from: [
        'Mailing Country',
        'MailingCountry',
        'MailingCountryCode',
        'Mailing Country (text only)',
        'Country',
        'Pays',
        'Pays de correspondance',
        'Pays - Adresse postale',
        'Pays (adresse postale)',
        'Adresse postale - Pays',
      ],
      to: 'country',
    },
    {
      from: [
        'Has Opted Out Of Email',
        'HasOptedOutOfEmail',
        'Email Opt Out',
        'A refusé les e-mails',
        'Refus des e-mails',
        'Refus d’e-mails',
        'Désinscription des e-mails',
        'Exclusion des e-mails',
      ],
      to: 'opt-out',
      purpose: 'marketing',
      channel: 'email',
    },
    {
      from: ['Do Not Call', 'DoNotCall', 'Ne pas appeler'],
      to: 'opt-out',
      purpose: 'marketing',
      channel: 'phone',
    },
  ],
  knownUseless: {
    'First Name': names,
    'Last Name': names,
    Name: names,
    Prénom: names,
    Nom: names,
    'Nom de famille': names,
    Salutation: names,
    Civilité: names,
  },
};
