/** First key of every advisory lock Tact takes: 'tact' in ASCII. */
export const ADVISORY_CLASS = 0x74616374;
