/** Ranges that regulators keep for films and examples: valid nowhere, or somebody's nowhere. */
const ranges: readonly { readonly source: string; readonly numbers: RegExp }[] = [
  {
    source: 'Arcep, decision 2018-0881, France',
    numbers: /^\+33(?:19900|26191|35301|46571|53649|63998)\d{4}$/,
  },
  {
    source: 'Ofcom, numbers for drama use, United Kingdom',
    numbers:
      /^\+44(?:7700900|(?:113|114|115|116|117|118|121|131|141|151|161)4960|2079460|1914980|2896496|2920180|1632960|8081570|9098790|3069990)\d{3}$/,
  },
  { source: 'NANPA, 555 line numbers', numbers: /^\+1[2-9]\d{2}55501\d{2}$/ },
  {
    source: 'ACMA, numbers for use in radio, film and television, Australia',
    numbers: /^\+61[2378](?:5550|7010)\d{4}$/,
  },
];

/** True for a number, in E.164, that nobody can have. */
export const isFictionalPhone = (e164: string): boolean =>
  ranges.some(({ numbers }) => numbers.test(e164));
