import { Clock, Database } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { confirmationIn, formIn } from './mailed-people.ts';
import { mailedPeopleUnderTest } from './readers-under-test.ts';

/** The text that people are asked to agree to. */
export const text = 'J’accepte de recevoir les offres de la boutique sur WhatsApp.';

/** People who are asked to confirm a consent, and what they do. */
export const askedPeopleUnderTest = () => {
  let noticeId = '';
  const { stage, beBusy } = mailedPeopleUnderTest(async (opened) => {
    const payload = { slug: 'offers', language: 'fr', text };
    noticeId = String((await opened.call('POST', '/v1/notices', { payload })).body['noticeId']);
  });
  const about = { purpose: 'marketing', channel: 'whatsapp' };
  const ask = (contactId: string, more: object = {}) =>
    stage().call('POST', '/v1/consents/confirmations', {
      payload: { contactId, ...about, noticeId, ...more },
    });
  /** Somebody who was asked, and the mail they got. */
  const asked = async () => {
    const person = await stage().newPerson();
    const answer = await ask(person.contactId);
    const mail = await stage().mailTo(person.email);
    return { ...person, answer, mail, path: confirmationIn(mail) };
  };
  const confirm = async (path: string) => {
    const page = await stage().browse(path);
    return stage().browse(path, { form: { form: formIn(page.body), act: 'confirm' } });
  };
  const consentIdOf = async (contactId: string): Promise<string> => {
    const given = (await stage().eventsOf(contactId)).find(({ type }) => type === 'ConsentGiven');
    if (given === undefined) throw new Error('Nothing was agreed to.');
    return (given.data as { consentId: string }).consentId;
  };
  const moveOn = (ms: number) => {
    const clock = stage().service.app.get(Clock);
    clock.moveTo(clock.advancedMs + ms);
  };
  /** The contact is said to have another address. */
  const restate = (contactId: string, email = 'mine@business.example') => {
    const { app } = stage().service;
    return app
      .get(Database)
      .transaction((tx) =>
        app.get(AddressCards).keep(tx, [{ tenantId: 'demo', contactId, email }]),
      );
  };
  const withdraw = (contactId: string) =>
    stage().call('POST', '/v1/consents/withdrawals', {
      payload: { contactId, ...about, at: stage().service.app.get(Clock).now().toISOString() },
    });
  const isVoid = ({ statusCode, body }: { readonly statusCode: number; readonly body: string }) =>
    statusCode === 404 && body.includes('Ce lien n’est plus valable') && !body.includes('<button');
  const statesOf = async (contactId: string) =>
    (
      await stage()
        .service.app.get(Database)
        .queryable.query<{ state: string }>('SELECT state FROM outgoing_mails WHERE subject = $1', [
          contactId,
        ])
    ).map(({ state }) => state);
  const people = { about, ask, asked, confirm, consentIdOf, noticeId: () => noticeId };
  return { stage, beBusy, moveOn, restate, withdraw, isVoid, statesOf, ...people };
};
