/** Longer texts are judged by their beginning. In UTF-16 code units. */
export const maxLanguageSample = 4000;

/** Languages that are alone in their script, or by far the most frequent there. */
const scripts: readonly (readonly [language: string, script: RegExp])[] = [
  ['ko', /\p{Script=Hangul}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['th', /\p{Script=Thai}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
  ['bn', /\p{Script=Bengali}/gu],
  ['ta', /\p{Script=Tamil}/gu],
  ['te', /\p{Script=Telugu}/gu],
  ['ml', /\p{Script=Malayalam}/gu],
  ['gu', /\p{Script=Gujarati}/gu],
  ['pa', /\p{Script=Gurmukhi}/gu],
  ['ka', /\p{Script=Georgian}/gu],
  ['hy', /\p{Script=Armenian}/gu],
  ['am', /\p{Script=Ethiopic}/gu],
  ['km', /\p{Script=Khmer}/gu],
  ['my', /\p{Script=Myanmar}/gu],
  ['lo', /\p{Script=Lao}/gu],
  ['si', /\p{Script=Sinhala}/gu],
  ['han', /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['arabic', /\p{Script=Arabic}/gu],
  ['cyrillic', /\p{Script=Cyrillic}/gu],
  ['latin', /\p{Script=Latin}/gu],
];

/** Frequent short words. A word of several languages counts for each. */
const words: Readonly<Record<string, string>> = {
  en:
    'the and of to in is that it for was with on as are this be by you not have from at we will or',
  de:
    'der die und das ist nicht ein eine mit zu den von im auf sich es auch für dem wir sie ich um gibt werden bei aus nach',
  fr:
    'le la les et des est une dans un du pour que qui sur pas nous vous avec ce il elle sont au aux ne',
  es: 'el la los las y de que en un una es por con para no se del al lo como más pero está su',
  it: 'il la di che e è un una per non sono con del della le gli si come anche più ma nel questo',
  pt: 'o a os as e de que em um uma é por com para não se do da no na mais como mas foi ao',
  nl: 'de het een en van is dat op te zijn niet voor met die er aan om ook wij ik naar bij wordt',
  sv: 'och att det som är en på för med av den till inte har ett vi jag om var ska från',
  da: 'og at det er en på for med af den til ikke har et vi jeg som der skal fra af',
  nb: 'og at det er en på for med av den til ikke har et vi jeg som å skal fra være',
  fi: 'ja on ei se että oli hän mutta kun niin myös ovat tai kuin sitä joka mitä voi olla',
  pl: 'i w na się nie że jest do z to jak o za po przez dla od ale są czy tego oraz',
  cs: 'a je se na v že to s z do o jsou pro jako ale by za od které není při jeho',
  sk: 'a je sa na v že to s z do o sú pre ako ale by za od ktoré nie pri jeho',
  hu: 'a az és hogy nem is egy ez van volt meg de csak már még vagy mint azt kell lesz',
  ro: 'și de la în a nu un o cu pe este din care pentru sunt mai că să au fost',
  hr: 'i je u da se na su za od s nije to kao ali ili koji biti bio smo ćemo',
  tr: 've bir bu da de için ile çok olarak ne var daha gibi o ama olan değil en her',
  vi: 'và của là có không được cho các một trong với này đã người những khi để về',
  id: 'dan yang di ini itu dengan untuk tidak dari dalam akan pada ada ke kami juga atau',
  ca: 'el la els les i de que en un una és per amb no del al són més com però aquest',
  et: 'ja on ei see et oli ta aga kui ka siis või mis oma pole välja nii ning',
  lv: 'un ir ka ar no uz par nav bet kā tas vai pie lai būs šis',
  lt: 'ir yra kad į su iš tai ne bet kaip ar apie buvo per tik jau',
};

const byWord = new Map<string, string[]>();
for (const [language, list] of Object.entries(words)) {
  for (const word of new Set(list.split(' '))) {
    byWord.set(word, [...byWord.get(word) ?? [], language]);
  }
}

/** A language needs so many of its words, and so large a part of all words. */
const minWords = 2;
const minShare = 0.12;

/** Whether a text may be a language tag of BCP 47. */
export function isLanguageTag(text: string): boolean {
  return /^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,4}$/i.test(text);
}

/**
 * Guesses the language of a text as a BCP 47 tag, by its script and by frequent words; null if it is too
 * short or mixed to tell. Reads at most 4,000 characters.
 */
export function textLanguage(text: string): string | null {
  const sample = text.slice(0, maxLanguageSample);
  let script = '';
  let letters = 0;
  for (const [name, pattern] of scripts) {
    const count = sample.match(pattern)?.length ?? 0;
    // A Chinese character says as much as a word.
    const weight = name === 'han' ? 3 * count : count;
    if (weight > letters) [script, letters] = [name, weight];
  }
  switch (script) {
    case '':
      return null;
    case 'latin':
      return latinLanguage(sample);
    case 'cyrillic':
      return cyrillicLanguage(sample);
    case 'arabic':
      return arabicLanguage(sample);
    case 'han':
      return hanLanguage(sample);
    default:
      return script;
  }
}

function latinLanguage(sample: string): string | null {
  const found = sample.normalize('NFC').toLowerCase().match(/\p{L}+/gu) ?? [];
  const scores = new Map<string, number>();
  for (const word of found) {
    for (const language of byWord.get(word) ?? []) {
      scores.set(language, (scores.get(language) ?? 0) + 1);
    }
  }
  const [best, second] = [...scores].sort(([, a], [, b]) => b - a);
  if (!best || best[1] < minWords || best[1] < minShare * found.length) return null;
  return second?.[1] === best[1] ? null : best[0];
}

function cyrillicLanguage(sample: string): string {
  if (/[ђјљњћџ]/i.test(sample)) return /[ѓќѕ]/i.test(sample) ? 'mk' : 'sr';
  if (/ў/i.test(sample)) return 'be';
  if (/[їєґ]/i.test(sample) || /і/i.test(sample) && !/[ыэё]/i.test(sample)) return 'uk';
  if (/ъ/i.test(sample) && !/[ыэё]/i.test(sample)) return 'bg';
  return 'ru';
}

function arabicLanguage(sample: string): string {
  if (/[ٹڈڑے]/.test(sample)) return 'ur';
  return /[پچژگ]/.test(sample) ? 'fa' : 'ar';
}

function hanLanguage(sample: string): string {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(sample)) return 'ja';
  const simplified = sample.match(/[们这说国发时会来个为对开关问间东车长]/g)?.length ?? 0;
  const traditional = sample.match(/[們這說國發時會來個為對開關問間東車長]/g)?.length ?? 0;
  if (simplified === traditional) return 'zh';
  return simplified > traditional ? 'zh-Hans' : 'zh-Hant';
}
