import type { MappingDocument } from '@tact/contracts';

const names = 'People are known by their identities: names are not needed.';
const noTime =
  'It says no time, and a consent without proof and time is none: send consents in a file of type consents.';

/** The export of HubSpot's contacts, in English and French, and by the internal names of its properties. */
export const hubspot: MappingDocument = {
  name: 'hubspot',
  version: 1,
  crm: 'hubspot',
  fields: [
    {
      from: [
        'Record ID',
        'hs_object_id',
        'Contact ID',
        'ID de fiche d’informations',
        'ID de fiche',
        'ID de l’enregistrement',
        'ID d’enregistrement',
        'ID de l’objet',
      ],
      to: 'record',
    },
    {
      from: [
        'WhatsApp Phone Number',
        'hs_whatsapp_phone_number',
        'Numéro de téléphone WhatsApp',
        'Numéro WhatsApp',
      ],
      to: 'phone',
    },
    {
      from: [
        'Mobile Phone Number',
        'mobilephone',
        'Numéro de téléphone mobile',
        'Numéro de téléphone portable',
        'Téléphone mobile',
      ],
      to: 'phone',
    },
    { from: ['Phone Number', 'phone', 'Numéro de téléphone', 'Téléphone'], to: 'phone' },
    { from: ['Email', 'E-mail', 'Adresse e-mail', 'Adresse électronique'], to: 'email' },
    {
      from: ['Country/Region', 'Country', 'hs_country_region_code', 'Pays/région', 'Pays'],
      to: 'country',
    },
    { from: ['Preferred language', 'hs_language', 'Langue préférée'], to: 'language' },
    {
      from: [
        'Unsubscribed from all email',
        'Opted out of all email',
        'hs_email_optout',
        'Désabonné de tous les e-mails',
        'Désinscrit de tous les e-mails',
        'Désinscription de tous les e-mails',
      ],
      to: 'opt-out',
      purpose: 'marketing',
      channel: 'email',
    },
    {
      from: ['Opted out of WhatsApp', 'Unsubscribed from WhatsApp', 'Désabonné de WhatsApp'],
      to: 'opt-out',
      purpose: 'marketing',
      channel: 'whatsapp',
    },
  ],
  knownUseless: {
    'First Name': names,
    'Last Name': names,
    Prénom: names,
    Nom: names,
    'Nom de famille': names,
    'Marketing contact status': 'It is what HubSpot bills, not what the person said.',
    'Statut du contact marketing': 'It is what HubSpot bills, not what the person said.',
    "Legal basis for processing contact's data": noTime,
    'Fondement juridique du traitement des données du contact': noTime,
  },
};
