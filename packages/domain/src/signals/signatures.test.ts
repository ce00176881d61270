import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isGreeting, isSignature } from './signatures.ts';

const file = new URL('../../../testing/fixtures/wishes/word-lists.json', import.meta.url);
const { courtesies } = JSON.parse(readFileSync(file, 'utf8')) as { courtesies: string[] };

const particles = `de du des la le van von der den bin ben al el da do dos das di y e et`.split(
  ' ',
);
const noNames =
  `My The This That It Your Our Order Me I You We Mon Ma Mes Ce Cette Votre Vos Notre Nos Je Vous Commande
  Colis Livraison Mi Mis Su Esta Este Pedido Meu Minha O A Entrega Please Not`.split(/\s+/);

test.each(courtesies)('%p greets and signs', (courtesy) => {
  expect(isGreeting(courtesy)).toBe(true);
  expect(isGreeting(`${courtesy} Anna`)).toBe(true);
  expect(isSignature([courtesy])).toBe(true);
});

describe('names', () => {
  test.each(particles)('%p stands within one', (particle) => {
    expect(isSignature([`Anna ${particle} Souza`])).toBe(true);
    expect(isSignature([particle])).toBe(false);
  });

  test.each(noNames)('%p stands in none, however it is written', (word) => {
    expect(isSignature([`${word} Souza`])).toBe(false);
    expect(isSignature([`SOUZA ${word.toUpperCase()}`])).toBe(false);
  });

  test.each([
    ['Jean', true],
    ['JD', true],
    ['  Jean   Dupont  ', true],
    ['Jean\tDupont', true],
    ['Dupont, Jean', true],
    ['Jean Dupont,', true],
    ['Anne-Lise D’Arcy', true],
    ["Anne O'Neil Jr.", true],
    ['Jose\u0301 Nun\u0303ez', true],
    ['Ève Çelik', true],
    ['One Two Three Four Five', true],
    ['One Two Three Four Five Six', false],
    ['jean', false],
    ['jeanDupont', false],
    ['Jean dupont', false],
    ['Where is Anna', false],
    ['de la', false],
    ['Jean3', false],
    ['Jean:', false],
    ['Jean,,', false],
    ['Jean,x', false],
    ['3Jean', false],
  ])('%p: %p', (line, isName) => {
    expect(isSignature([line])).toBe(isName);
  });
});

describe('what else stands below a request', () => {
  test.each([
    ['an address', 'write to me: anna@example.org', true],
    ['a site', 'see http://example.org', true],
    ['a site', 'see HTTPS://example.org', true],
    ['a site', 'see www.example.org', true],
    ['no site', 'see http or wwwexample', false],
    ['a number', 'tel +1 (2)-3.4 5', true],
    ['a number', 'order 12345', true],
    ['no number', 'order 1234', false],
    ['no number', 'order 1234 of 5', false],
    ['no number', 'order 12 x 345', false],
    ['a picture', '🙏', true],
    ['signs', '...', true],
    ['a program', 'sent from my phone', true],
    ['a program', 'Get Outlook for some phone', true],
    ['a program', 'Envoyé de mon téléphone', true],
    ['a program', 'enviado desde mi teléfono', true],
    ['a program', 'enviado do meu telefone', true],
    ['a program', 'gesendet von unterwegs', true],
    ['a program', 'inviato da un telefono', true],
    ['a program', 'verzonden vanaf mijn telefoon', true],
    ['a program', 'أرسلت من هاتفي', true],
    ['a program', 'أرسل من هاتفي', true],
    ['a program', 'تم الإرسال من هاتفي', true],
    ['no program', 'it was sent from here', false],
    ['no program', 'sent it from here', false],
    ['a sentence', 'where is my parcel', false],
  ])('%s: %p, %p', (_, line, isBelow) => {
    expect(isSignature([line])).toBe(isBelow);
    expect(isSignature(['Jean Dupont', line, 'merci'])).toBe(isBelow);
  });

  test('nothing at all is a signature too', () => {
    expect(isSignature([])).toBe(true);
  });

  test.each(['--', '-- ', '---', '  --', '\t—', '—', '__', '____ x', '—— Anna'])(
    'below the rule %p it is anything',
    (rule) => {
      expect(isSignature([rule, 'where is my parcel'])).toBe(true);
      expect(isSignature(['Jean', rule, 'where is my parcel', 'any words'])).toBe(true);
      expect(isSignature(['where is my parcel', rule])).toBe(false);
      expect(isSignature(['Jean', 'where is my parcel', rule, 'Jean'])).toBe(false);
    },
  );

  test.each(['-', '_', 'x--', 'call me -- now', 'so —'])('%p is no rule', (line) => {
    expect(isSignature([line, 'where is my parcel'])).toBe(false);
  });
});

describe('a greeting', () => {
  test.each([
    ['Bonjour Madame Martin,', true],
    ['Hi there!', true],
    ['Bonjour M. Martin', true],
    ['Hello A B C D', true],
    ['Hello A B C D E', false],
    ['Thank you A B C', true],
    ['Thank you A B C D', false],
    // Courtesies alone are of any length, and may end as a sentence does.
    ['Hello, good morning dear sir, thank you please.', true],
    ['Merci.', true],
    ['Bonjour ?', true],
    // With anything else a full stop or a question mark makes a sentence of it.
    ['Bonjour Jean.', false],
    ['Bonjour Jean. ', false],
    ['Bonjour Jean ?', false],
    ['Bonjour Jean ?  ', false],
    ['Jean Dupont', false],
    ['Jean bonjour', false],
    ['Hellos Jean', false],
    ['Thank Jean', false],
    ['', false],
  ])('%p: %p', (line, greets) => {
    expect(isGreeting(line)).toBe(greets);
  });
});
