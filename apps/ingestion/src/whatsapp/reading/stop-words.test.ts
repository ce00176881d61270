import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asksToStop, stopPhrases } from './stop-words.ts';

describe('a message that asks us to stop', () => {
  test.each([
    'STOP',
    'stop',
    'Stop.',
    ' stop !! ',
    'STOP_PROMO',
    'Stop promos',
    'ARRET',
    'Arrêt',
    'arrêter',
    'Désabonner',
    'DESINSCRIRE',
    'désinscription',
    'ne plus recevoir',
    'Ne m’écrivez plus !',
    'Je ne veux plus recevoir de messages',
    'stop svp',
    'Bonjour, stop merci',
    'stop, please',
    'unsubscribe',
    'Unsubscribe me, please',
    'opt-out',
    'OPT OUT',
    'cancel',
    'quit',
    'end',
    'Je souhaite me désabonner, merci',
    'Merci d’arrêter',
    'I’d like to opt out',
    'OPT_OUT',
    'Don’t contact me',
    'stop messaging me',
    'ＳＴＯＰ',
  ])('%p', (said) => {
    expect(asksToStop(said)).toBe(true);
  });
});

describe('a message that does not', () => {
  test.each([
    'stop by tomorrow',
    'non stop',
    'Je m’arrête chez vous demain',
    'the end of the month',
    'arrêt de bus',
    'please cancel my order 1234',
    'bonjour',
    '',
    '!!!',
    'merci',
    'endless',
    'je veux arrêter ma commande',
    'I want to cancel my order',
    'can you stop by on Monday?',
    'end of life',
    'Stop, c’est une blague !',
    'je veux',
    'quitter',
    'STOPOVER',
    'merci de',
    'Où est mon colis ? stop',
    `stop ${'x'.repeat(200)}`,
    'don’t stop',
  ])('%p', (said) => {
    expect(asksToStop(said)).toBe(false);
  });
});

const phrases = fc.constantFrom(...stopPhrases);
const noise = fc.array(fc.constantFrom(' ', '!', '.', '…', '🙏', '\n', '-', '_', '«', '"'), {
  maxLength: 4,
});
const polite = fc.constantFrom('', 'bonjour', 'Hello', 'please', 'S’il vous plaît');
const thanks = fc.constantFrom('', 'merci', 'MERCI d’avance', 'thanks', 'thank you', 'svp merci');

test('case, accents, punctuation, pictures and courtesy change nothing of a request', () => {
  const accented: Record<string, string> = { e: 'é', a: 'à', c: 'ç', i: 'ï', u: 'ù', o: 'ô' };
  const letters = fc.array(fc.constantFrom('plain', 'upper', 'accent', 'apart'), { minLength: 1 });
  fc.assert(
    fc.property(
      fc.record({ phrase: phrases, letters, before: noise, after: noise, polite, thanks }),
      (one) => {
        const spelt = one.phrase.split('').map((letter, nth) => {
          const how = one.letters[nth % one.letters.length];
          if (how === 'upper') return letter.toUpperCase();
          const accent = accented[letter] ?? letter;
          if (how === 'accent') return accent;
          return how === 'apart' ? accent.normalize('NFD') : letter;
        });
        const parts = [one.before.join(''), one.polite, spelt.join(''), one.thanks];
        expect(asksToStop(`${parts.join(' ')} ${one.after.join('')}`)).toBe(true);
      },
    ),
  );
});

test('a request with something else said beside it is a sentence, and not taken for one', () => {
  const others = fc.constantFrom('demain', 'my order', '1234', 'chez vous', 'by Monday', 'le bus');
  fc.assert(
    fc.property(phrases, others, fc.boolean(), (phrase, other, isFirst) => {
      expect(asksToStop(isFirst ? `${other} ${phrase}` : `${phrase} ${other}`)).toBe(false);
    }),
  );
});
