/** Where a word stands when it asks for this: typed it always does, on a button some also mean "not this order". */
type WordGroup = {
  readonly language: string;
  /** Whose list it is, or `usage`: how people write it who do not know the lists. */
  readonly source: string;
  /** The day the source was read. */
  readonly read: string;
  /** Separated by commas. Case, accents, marks and punctuation do not matter. */
  readonly words: string;
};

const fcc = 'FCC, 47 CFR 64.1200(a)(10), and CTIA Short Code Monitoring Handbook';
const twilio = 'Twilio, SMS STOP filtering (223134027), Advanced Opt-Out, Proxy opt-out keywords';
const aws = 'AWS End User Messaging SMS, required opt-out keywords';
const sinch = 'Sinch Conversation API, default keywords of consent management';
const usage = 'usage';
const read = '2026-11-29';

/** Whole messages that ask to be left alone, wherever they are said: typed, a caption, an edit, a button. */
export const stopWords: readonly WordGroup[] = [
  { language: 'en', source: `${fcc}; ${twilio}; ${aws}`, read, words: 'stop, unsubscribe' },
  {
    language: 'en',
    source: `${twilio}; ${aws}`,
    read,
    words: 'stopall, stop all, optout, opt out',
  },
  {
    language: 'en',
    source: usage,
    read,
    words: `stopp, stopped, unsub, unsubscribe me, unsubscribe from this list, opt me out, opt out marketing,
      optout marketing, stop promo, stop promos, stop promotion, stop promotions, stop marketing, stop offers,
      stop sms, stop whatsapp, stop messages, stop message, stop texts, stop spam, stop now, stop notification,
      stop notifications, unsubscribe marketing, stop spamming me, stop messaging me, stop texting me,
      stop writing to me, stop writing me, stop contacting me, stop sending me messages, stop sending messages,
      remove me, remove me from your list, take me off your list, leave me alone, no more messages, no more,
      do not contact me, do not message me, do not text me, don t contact me, don t message me, don t text me`,
  },
  { language: 'fr', source: `${aws}; ${twilio}`, read, words: 'arrêt, arrête, arrett' },
  {
    language: 'fr',
    source: usage,
    read,
    words: `stopper, stop pub, stop pubs, stop publicité, stop les promos, stop les messages, stop ça,
      stop à la pub, arrêts, arrêter, arrêtez, arrêtez tout, arrêtez ça, arrêtez de m’écrire,
      arrêtez les messages, arrêtez vos messages, arrêtez de me contacter, arrêtez de m’envoyer des messages,
      ne m’écrivez plus, ne plus recevoir, ne plus recevoir de messages, ne plus me contacter,
      ne me contacter plus, ne me contactez plus, ne m’envoyez plus rien, ne m’envoyez plus de messages,
      plus de pub, plus de messages, je ne veux plus recevoir de messages, je ne veux plus de messages,
      je ne souhaite plus recevoir de messages, je ne souhaite plus être contacté,
      je ne souhaite plus être contactée, laissez-moi tranquille, désabonner, désabonnement, désabonne-moi,
      désabonnez-moi, me désabonner, se désabonner, je me désabonne, désinscrire, désinscription,
      désinscrivez-moi, me désinscrire, se désinscrire, je me désinscris, désactiver, merci d’arrêter,
      merci d’arrêter les messages, merci d’arrêter de m’écrire`,
  },
  { language: 'es', source: sinch, read, words: 'detener, detener marketing' },
  {
    language: 'es',
    source: usage,
    read,
    words: `baja, alto, baja sms, dar de baja, darme de baja, darse de baja, deme de baja, denme de baja,
      dame de baja, quiero darme de baja, baja por favor, date de baja, solicito la baja, desuscribir,
      desuscribirme, desuscribirse, cancelar suscripción, cancelar la suscripción, cancelar mi suscripción,
      anular suscripción, no más mensajes, no mas, no me escriban más, no me escriban, no me escribas más,
      no me envíen más mensajes, no me envíen mensajes, no me manden más mensajes, no me contacten,
      no me contacten más, no quiero recibir mensajes, no quiero recibir más mensajes, no quiero más mensajes,
      dejen de escribirme, deje de escribirme, dejen de enviarme mensajes, detengan los mensajes,
      quítenme de la lista, bórrenme de la lista, stop publicidad`,
  },
  { language: 'pt', source: sinch, read, words: 'parar, parar marketing' },
  {
    language: 'pt',
    source: usage,
    read,
    words: `pare, parem, pare de enviar, descadastrar, descadastre, descadastro, me descadastre,
      me descadastrem, quero me descadastrar, descadastrar meu número, desinscrever, me desinscrever,
      cancelar inscrição, cancelar a inscrição, cancelar assinatura, sair da lista, quero sair da lista,
      me tire da lista, me tirem da lista, me remova da lista, me removam da lista, não me mande mais mensagens,
      não me mandem mais mensagens, não me envie mais mensagens, não me enviem mais mensagens,
      não me escrevam mais, não quero mais receber, não quero mais receber mensagens,
      não quero receber mensagens, não quero receber mais mensagens, pare de me mandar mensagens,
      parem de me mandar mensagens, parem de me enviar mensagens, chega de mensagens, stop publicidade`,
  },
  {
    language: 'ar',
    source: usage,
    read,
    words: `إيقاف, إيقاف الرسائل, إيقاف الإعلانات, أوقف, أوقف الرسائل, أوقفوا, أوقفوا الرسائل, توقف, توقفوا,
      توقفوا عن مراسلتي, قف, وقف, وقف الرسائل, ستوب, إلغاء الاشتراك, إلغاء اشتراكي, ألغ الاشتراك,
      ألغي الاشتراك, ألغوا الاشتراك, ألغوا اشتراكي, أريد إلغاء الاشتراك, إلغاء الرسائل, لا تراسلني,
      لا تراسلوني, لا ترسل لي, لا ترسلوا لي, لا ترسلوا لي رسائل, لا أريد رسائل, لا أريد رسائلكم,
      لا أريد استلام الرسائل, لا أريد استقبال الرسائل, لا أرغب في استقبال الرسائل, احذفني, احذفوني,
      احذف رقمي, احذفوا رقمي, أزيلوا رقمي, مش عايز رسائل, ما بدي رسائل`,
  },
  {
    language: 'de, it, nl, tr',
    source: usage,
    read,
    words: `abmelden, abbestellen, austragen, disiscrivimi, cancellami, afmelden, uitschrijven, iptal, ret,
      abonelikten çık`,
  },
];

/** The same, typed; on a button they may mean the order, the dialogue or the appointment: there they are doubted. */
export const stopWordsTyped: readonly WordGroup[] = [
  { language: 'en', source: `${fcc}; ${twilio}; ${aws}`, read, words: 'cancel, end, quit' },
  { language: 'en', source: twilio, read, words: 'revoke' },
  { language: 'en', source: aws, read, words: 'remove, td' },
  { language: 'es', source: sinch, read, words: 'salir, salir marketing' },
  { language: 'pt', source: sinch, read, words: 'cancelar, cancelar marketing' },
  { language: 'pt', source: usage, read, words: 'sair, remover' },
  { language: 'ar', source: usage, read, words: 'إلغاء' },
];

/** Whole messages that may ask for it, and may not. */
export const doubtfulWords: readonly WordGroup[] = [
  {
    language: 'en',
    source: usage,
    read,
    words:
      'stop it, stop this, stop that, stop everything, just stop, not interested, go away, enough',
  },
  {
    language: 'fr',
    source: usage,
    read,
    words: `annuler, annule, annulez, supprimer, fin, ça suffit, assez, stop tout, pas intéressé, pas intéressée`,
  },
  {
    language: 'es',
    source: usage,
    read,
    words: 'basta, ya basta, ya no, eliminar, anular, no me interesa, no molestar, no molesten',
  },
  {
    language: 'pt',
    source: usage,
    read,
    words: 'chega, basta já, excluir, não tenho interesse, não me interessa, não perturbe',
  },
  { language: 'ar', source: usage, read, words: 'كفى, حذف, غير مهتم, لست مهتما, لا أريد, إنهاء' },
];

/** Parts of longer messages that have hardly another meaning: what stands around them is for a human to read. */
export const doubtfulParts: readonly WordGroup[] = [
  {
    language: 'en',
    source: usage,
    read,
    words: `unsubscribe me, opt me out, remove me from, take me off, stop messaging me, stop texting me,
      stop contacting me, stop sending me, stop spamming, stop writing to me, do not contact me,
      don t contact me, do not message me, don t message me, do not text me, don t text me,
      no more messages, leave me alone, delete my number, remove my number`,
  },
  {
    language: 'fr',
    source: usage,
    read,
    words: `ne m’écrivez plus, ne me contactez plus, ne m’envoyez plus, désabonnez-moi, désinscrivez-moi,
      arrêtez de m’écrire, arrêtez de me contacter, arrêtez de m’envoyer, arrêtez vos messages,
      laissez-moi tranquille, plus recevoir de messages, plus recevoir vos messages, plus recevoir de pub,
      plus recevoir vos, je me désabonne, retirez-moi de, retirez mon numéro, supprimez mon numéro`,
  },
  {
    language: 'es',
    source: usage,
    read,
    words: `darme de baja, deme de baja, denme de baja, dame de baja, no me escriban, no me escribas,
      no me envíen más, no me manden más, no me contacten, dejen de escribirme, dejen de enviarme,
      no quiero recibir más, no quiero recibir mensajes, quítenme de, borren mi número`,
  },
  {
    language: 'pt',
    source: usage,
    read,
    words: `me descadastre, me descadastrem, sair da lista, me tire da lista, me tirem da lista, me remova da,
      me removam da, não me mande mais, não me mandem mais, não me envie mais, não me enviem mais,
      não quero mais receber, não quero receber mensagens, parem de me mandar, pare de me mandar,
      parem de me enviar, apaguem meu número`,
  },
  {
    language: 'ar',
    source: usage,
    read,
    words: `إلغاء الاشتراك, إلغاء اشتراكي, لا تراسلني, لا تراسلوني, لا ترسلوا لي, لا أريد رسائل,
      لا أريد رسائلكم, لا أريد استلام, أوقفوا الرسائل, إيقاف الرسائل, احذفوا رقمي, احذف رقمي`,
  },
];

/**
 * A request in one's own words is made of these and of nothing else: at least one that stops, and one that says what.
 * "Please stop sending me these ads" is; "stop the delivery" is not.
 */
export const ownWords = {
  stops: `stop, stopping, no more, arrêtez, arrête, arrêter, cesser, cessez, plus de, ne veux plus, ne souhaite plus, plus recevoir,
    dejen, deje, paren, detengan, no más, no quiero más, no quiero recibir, parem, pare, parar, chega de, não quero mais,
    أوقفوا, أوقف, إيقاف, وقف, توقفوا, لا أريد, لا أرغب`,
  what: `promo, promos, promotion, promotions, promotional, ad, ads, advertising, offer, offers, newsletter, newsletters,
    message, messages, text, texts, sms, whatsapp, email, emails, mail, mails, notification, notifications, marketing,
    spam, pub, pubs, publicité, publicités, offre, offres, mensaje, mensajes, promoción, promociones, publicidad,
    oferta, ofertas, anuncios, notificaciones, correos, mensagem, mensagens, promoção, promoções, publicidade,
    anúncios, notificações, رسائل, الرسائل, رسائلكم, الإعلانات, إعلانات, العروض, عروض, الترويجية, الدعائية`,
  between: `i, want, to, would, like, d, wish, just, now, all, the, your, these, those, this, any, more, me, my, sending, send,
    receiving, receive, getting, with, from, you, je, veux, voudrais, souhaite, tout, toutes, tous, les, vos, ces, des, de,
    m, l, la, envoi, envoyer, recevoir, maintenant, à, par, quiero, de, enviarme, enviar, mandar, mandarme, recibir,
    todos, todas, los, las, sus, estos, estas, su, ya, más, me, mandem, mande, quero, receber, mais, todos, todas, os,
    as, seus, suas, esses, essas, esse, essa, estes, estas, já, عن, إرسال, ارسال, كل, جميع, هذه, استلام, استقبال, في, لي`,
} as const;

/**
 * Typed words by which a person asks to hear from us again. Of the lists YES (Twilio), VOLVER and VOLTAR (Sinch) are not
 * heard: they answer a question or lead back in a menu, and who refused is not written to because of an answer.
 */
export const resumeWords: readonly WordGroup[] = [
  { language: 'en', source: `${twilio}; ${aws}`, read, words: 'start, unstop' },
  { language: 'en', source: sinch, read, words: 'subscribe, start marketing, subscribe marketing' },
  {
    language: 'en',
    source: usage,
    read,
    words: 'resume, opt in, optin, resubscribe, subscribe me',
  },
  {
    language: 'fr',
    source: usage,
    read,
    words: 'reprise, reprendre, réabonner, me réabonner, réabonnez-moi, réinscrire, me réinscrire',
  },
  { language: 'es', source: sinch, read, words: 'recibir, recibir marketing' },
  { language: 'es', source: usage, read, words: 'alta, darme de alta, reanudar, suscribirme' },
  { language: 'pt', source: sinch, read, words: 'receber, receber marketing' },
  { language: 'pt', source: usage, read, words: 'retomar, reativar, quero receber mensagens' },
  {
    language: 'ar',
    source: usage,
    read,
    words: 'ابدأ, استئناف, استئناف الرسائل, اشتراك, اشترك, إعادة الاشتراك, تفعيل الرسائل',
  },
];

/** Words of courtesy and greeting around a request: they change nothing of it. */
export const courtesies = `please, pls, plz, thanks, thank you, thx, many thanks, ty, hello, hi, hey, dear sir,
  dear sirs, dear madam, regards, best regards, kind regards, good morning, good afternoon, good evening, ok, okay,
  bonjour, bonsoir, salut, coucou, svp, stp, s’il vous plaît, s’il te plaît, merci, merci d’avance, merci beaucoup,
  mille mercis, cordialement, bien cordialement, bonne journée, bonne soirée, madame, monsieur, madame monsieur,
  por favor, porfa, porfavor, gracias, muchas gracias, hola, buenas, buenos días, buenas tardes, buenas noches,
  saludos, un saludo, atentamente, pfv, obrigado, obrigada, muito obrigado, muito obrigada, olá, oi, bom dia,
  boa tarde, boa noite, atenciosamente, abraços, grato, grata, من فضلك, من فضلكم, لو سمحت, لو سمحتم, رجاء, الرجاء,
  أرجوكم, شكرا, شكرا لك, شكرا لكم, شكرا جزيلا, السلام عليكم, مرحبا, أهلا, صباح الخير, مساء الخير, مع التحية,
  bitte, danke, hallo, guten tag, per favore, grazie, ciao, alsjeblieft, bedankt, lütfen, teşekkürler, merhaba`;

/** Single words that one slip of a finger from is no other word of everyday use, but for those beside them. */
export const misspelt = {
  of: `stop, unsubscribe, optout, arrêt, arrêter, arrêtez, désabonner, désabonnement, désinscrire, désinscription,
    descadastrar, desuscribir, detener, إيقاف`,
  butNot: `shop, step, slop, stow, stomp, atop, strop, top, sop, sto, stp, stoc, stok, stor, ston, stoa, stoß,
    tenir, détenir, retener, obtener, contener, sostener, barret, garret, arrêté, arrêtée, arrêtes, arrêtés,
    arrêta, arrêtera, désabonné, désinscrit`,
} as const;
