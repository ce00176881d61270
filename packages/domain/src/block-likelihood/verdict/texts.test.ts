import { describe, expect, test } from '@jest/globals';
import { signalFamilies, DAY_MS } from '@tact/contracts';
import { assessContact } from './assess.ts';
import { assumedPriors as priors } from '../model/assumed-priors.ts';
import type { SignalFact } from '../evidence/facts.ts';
import { innocentAlternatives } from './sentences.ts';

const start = Date.UTC(2026, 10, 2, 8);
const on = (day: number) => start + day * DAY_MS;
const assess = (facts: readonly SignalFact[], day: number) =>
  assessContact(facts, { priors, asOf: on(day) });
const sent = (day: number): SignalFact => ({
  kind: 'message-sent',
  occurredAt: on(day),
  messageRef: `mr_${day}`,
});
const texts = (facts: readonly SignalFact[], day: number) =>
  Object.fromEntries(assess(facts, day).families.map(({ family, sentence }) => [family, sentence]));

describe('what the reader gets', () => {
  test('messages that wait', () => {
    expect(texts([sent(0), sent(3)], 12)).toEqual({
      delivery: {
        fr: '2 messages envoyés ne sont pas arrivés sur le téléphone ; le plus ancien attend depuis 12 jours.',
        en: '2 messages sent have not arrived on the phone; the oldest has waited for 12 days.',
      },
      inbound: {
        fr: 'La personne ne nous a rien écrit en 12 jours.',
        en: 'The person has not written to us in 12 days.',
      },
    });
    expect(texts([sent(0)], 1)).toMatchObject({
      delivery: {
        fr: '1 message envoyé n’est pas arrivé sur le téléphone ; le plus ancien attend depuis 1 jour.',
        en: '1 message sent has not arrived on the phone; the oldest has waited for 1 day.',
      },
    });
  });

  test('a number that WhatsApp cannot reach', () => {
    const failed: SignalFact = {
      kind: 'message-failed',
      occurredAt: on(0),
      messageRef: 'mr_0',
      code: 131026,
    };
    expect(texts([failed], 0)).toEqual({
      delivery: {
        fr: 'WhatsApp a répondu que ce numéro n’est pas joignable.',
        en: 'WhatsApp answered that this number cannot be reached.',
      },
    });
  });

  test('signs of life, looks, calls and an opt-out', () => {
    const facts: SignalFact[] = [
      { kind: 'photo-seen', occurredAt: on(0) },
      { kind: 'inbound-message', occurredAt: on(1) },
      { kind: 'marketing-opt-out', occurredAt: on(2) },
      { kind: 'photo-missing', occurredAt: on(3) },
      { kind: 'presence-missing', occurredAt: on(3) },
      { kind: 'call-not-ringing', occurredAt: on(4) },
      { kind: 'group-receipt', occurredAt: on(4) },
    ];
    expect(texts(facts, 4)).toEqual({
      inbound: {
        fr: 'La personne nous a écrit ; dernier message il y a 3 jours.',
        en: 'The person wrote to us; the last message was 3 days ago.',
      },
      call: { fr: 'Un appel n’a jamais sonné.', en: 'A call never rang.' },
      photo: {
        fr: 'La photo de profil, visible auparavant, ne l’était plus au dernier regard.',
        en: 'The profile photo, visible before, was not at the last look.',
      },
      presence: {
        fr: 'La dernière connexion n’a jamais été visible.',
        en: 'Last seen has never been visible.',
      },
      group: {
        fr: 'Le téléphone a reçu des messages d’un groupe commun.',
        en: 'The phone received messages of a shared group.',
      },
      context: {
        fr: 'La personne a demandé à ne plus recevoir de promotions : c’est son droit, et ce n’est pas un blocage.',
        en: 'The person asked to receive no more promotions: that is their right, and it is no block.',
      },
    });
  });

  test('a conclusion is held back while one kind of observation carries it', () => {
    const { band, rule, probability } = assess([sent(0), sent(3), sent(6), sent(9)], 25);
    expect(probability).toBeGreaterThan(0.5);
    expect({ band, rule }).toEqual({
      band: 'undetermined',
      rule: {
        outcome: 'held-back',
        sentence: {
          fr: 'Retenu : un seul genre d’observation ne permet pas de conclure ; une autre cause reste possible.',
          en: 'Held back: one kind of observation cannot conclude; another cause remains possible.',
        },
      },
    });
  });

  test('no sentence says that the person blocked us, and every family has an innocent side', () => {
    const facts: SignalFact[] = [
      { kind: 'photo-seen', occurredAt: on(0) },
      { kind: 'presence-seen', occurredAt: on(0) },
      ...[1, 3, 5, 7].map(sent),
      { kind: 'photo-missing', occurredAt: on(12) },
      { kind: 'presence-missing', occurredAt: on(12) },
      { kind: 'call-not-ringing', occurredAt: on(12) },
    ];
    const { band, families, rule } = assess(facts, 13);
    expect(band).toBe('probable');
    const all = [rule.sentence, ...families.map(({ sentence }) => sentence)];
    for (const { fr, en } of all) {
      expect(fr).not.toMatch(/vous (a|avez) bloqué|nous a bloqué|certain\b/i);
      expect(en).not.toMatch(/blocked (you|us)|confirmed\b/i);
    }
    for (const family of signalFamilies)
      expect(innocentAlternatives[family].length).toBeGreaterThan(0);
  });
});
