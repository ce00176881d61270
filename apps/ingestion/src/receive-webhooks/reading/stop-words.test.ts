import { describe, expect, test } from '@jest/globals';
import { asksToStop } from './stop-words.ts';

describe('a message that asks us to stop', () => {
  test.each([
    ...[
      'STOP',
      'stop',
      'Stop.',
      ' stop !! ',
      'STOP_PROMO',
      'Stop promos',
      'ARRET',
      'Arrêt',
      'arrêter',
    ],
    ...['Désabonner', 'DESINSCRIRE', 'désinscription', 'ne plus recevoir', 'Ne m’écrivez plus !'],
    ...['Je ne veux plus recevoir de messages', 'stop svp', 'Bonjour, stop merci', 'stop, please'],
    ...['unsubscribe', 'Unsubscribe me, please', 'opt-out', 'OPT OUT', 'cancel', 'quit', 'end'],
    ...['Don’t contact me', 'stop messaging me', 'ＳＴＯＰ'],
  ])('%p', (said) => {
    expect(asksToStop(said)).toBe(true);
  });
});

describe('a message that does not', () => {
  test.each([
    ...['stop by tomorrow', 'non stop', 'Je m’arrête chez vous demain', 'the end of the month'],
    ...['arrêt de bus', 'please cancel my order 1234', 'bonjour', '', '!!!', 'merci', 'endless'],
    ...['Où est mon colis ? stop', `stop ${'x'.repeat(200)}`, 'don’t stop'],
  ])('%p', (said) => {
    expect(asksToStop(said)).toBe(false);
  });
});
