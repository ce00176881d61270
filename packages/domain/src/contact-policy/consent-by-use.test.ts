import { expect, test } from '@jest/globals';
import { isConsentByUse } from './consent-by-use.ts';

test.each([
  // The clause of the source article, whole and in its first half.
  'En utilisant le service de messagerie pour communiquer avec notre entreprise, vous consentez à la collecte et au traitement de vos données personnelles conformément à notre politique de confidentialité. Vous avez le droit d’accéder, de rectifier, de supprimer ou de vous opposer au traitement de vos données personnelles. Pour exercer ces droits, veuillez nous contacter à [adresse e-mail]',
  'EN UTILISANT LE SERVICE DE MESSAGERIE POUR COMMUNIQUER AVEC NOTRE ENTREPRISE, VOUS CONSENTEZ À LA COLLECTE',
  'En  utilisant\nnotre service,\tvous consen\u00ADtez au traitement.',
  'En utilisant\u200B ce service vous acceptez que vos données soient collectées',
  'En continuant à nous écrire sur WhatsApp, vous donnez votre accord à l’analyse de vos messages.',
  'En poursuivant cette conversation vous reconnaissez accepter notre politique.',
  'Vous consentez au traitement de vos données en utilisant notre messagerie.',
  'L’utilisation du service vaut consentement au traitement des données.',
  'L’usage de la messagerie implique l’acceptation de notre politique de confidentialité.',
  'La poursuite de votre navigation vaut acceptation.',
  'Du seul fait d’utiliser WhatsApp, le client accepte de recevoir nos offres.',
  'By using the messaging service to communicate with our company, you consent to the collection and processing of your personal data in accordance with our privacy policy.',
  'By continuing to write to us you agree to receive marketing messages.',
  'You consent to the processing of your data by using our services.',
  'Your use of the service constitutes consent to our privacy policy.',
  'Continued use of this chat implies acceptance of these terms.',
  'If you continue to use this service, you hereby agree that we may contact you.',
  'Through your continued use you are deemed to accept our terms.',
])('takes a use for an agreement: %s', (text) => {
  expect(isConsentByUse(text)).toBe(true);
});

test.each([
  '',
  'sign-up form',
  'formulaire d’inscription, case non cochée par défaut',
  'J’accepte de recevoir les offres de la boutique sur WhatsApp. Je peux arrêter à tout moment en répondant STOP.',
  'I would like to receive news and offers of the shop on WhatsApp. I can stop this at any time by answering STOP.',
  'Vous pouvez utiliser notre service sans accepter de recevoir nos offres.',
  'You can use the service without agreeing to anything of this.',
  'Nous traitons vos données pour répondre à vos messages. Vous pouvez retirer votre accord en cliquant sur le lien.',
  'Vous avez le droit d’accéder à vos données. Pour cela, écrivez-nous.',
  'You may withdraw your consent by using the link below.',
  'Vous pouvez retirer votre consentement en utilisant le lien ci-dessous.',
  'Vous pouvez accepter ou refuser en utilisant les boutons ci-dessous.',
  'You can agree or refuse by using the buttons below.',
  'By ticking this box you agree to receive our newsletter.',
  'En cochant cette case, vous acceptez de recevoir notre lettre.',
])('does not: %s', (text) => {
  expect(isConsentByUse(text)).toBe(false);
});
