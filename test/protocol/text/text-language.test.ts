import { expect, test } from 'vitest';
import { isLanguageTag, textLanguage } from '../../../protocol/text/text-language.ts';

test.each([
  ['en', 'The meeting starts at nine. After that there is coffee for all of us.'],
  ['de', 'Die Sitzung beginnt um neun.\nDanach gibt es Kaffee.\nDritte Zeile.'],
  ['fr', 'La réunion commence à neuf heures. Ensuite, il y a du café pour nous.'],
  ['es', 'La reunión empieza a las nueve. Después hay café para los que se quedan.'],
  ['it', 'La riunione inizia alle nove. Poi non si fa altro che bere il caffè.'],
  ['pt', 'A reunião começa às nove. Depois há café para os que não vão embora.'],
  ['nl', 'De vergadering begint om negen uur. Daarna is er koffie voor wie dat wil.'],
  ['sv', 'Mötet börjar klockan nio. Sedan är det kaffe för alla som vill ha och inte har bråttom.'],
  ['pl', 'Spotkanie zaczyna się o dziewiątej. Potem jest kawa dla tych, którzy nie muszą iść.'],
  ['fi', 'Kokous alkaa yhdeksältä. Sitten on kahvia, ja se on hyvää, mutta ei kaikille.'],
  ['tr', 'Toplantı saat dokuzda başlıyor. Sonra bir kahve ve daha çok sohbet var.'],
  ['ru', 'Совещание начинается в девять. Потом кофе для всех. Это подъезд.'],
  ['uk', 'Нарада починається о дев’ятій. Потім є кава для всіх.'],
  ['bg', 'Срещата започва в девет часа. След това има кафе за всички в къщата.'],
  ['el', 'Η σύσκεψη αρχίζει στις εννέα.'],
  ['he', 'הישיבה מתחילה בתשע.'],
  ['ar', 'يبدأ الاجتماع في التاسعة.'],
  ['fa', 'جلسه ساعت نه شروع می‌شود. پس از آن چای هست.'],
  ['ja', '会議は九時に始まります。'],
  ['zh-Hans', '会议九点开始,这里还有咖啡。'],
  ['zh-Hant', '會議九點開始,這裡還有咖啡。'],
  ['ko', '회의는 아홉 시에 시작합니다.'],
  ['th', 'การประชุมเริ่มเวลาเก้าโมง'],
  ['hi', 'बैठक नौ बजे शुरू होती है।'],
  ['ja', 'README を読んでください。説明は Edgepad のサイトにあります。'],
])('[R29] recognizes %s', (language, text) => {
  expect(textLanguage(text)).toBe(language);
});

test.each(['', '12:30 – 14:00', 'Hello', 'const x = 7;', 'a b c d', 'de de'])(
  '[R29] makes no guess for %j',
  (text) => expect(textLanguage(text)).toBeNull(),
);

test('[R29] knows what may be a language tag', () => {
  expect(['de', 'zh-Hant', 'pt-BR', 'sr-Latn-RS'].every(isLanguageTag)).toBe(true);
  expect(['', 'd', 'german', 'de"', 'de-', 'de onclick', 'x'.repeat(99)].some(isLanguageTag))
    .toBe(false);
});
