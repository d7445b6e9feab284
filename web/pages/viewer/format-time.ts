/** A time in milliseconds since the epoch, with the date unless it is today. */
export function formatTime(time: number, locale?: string): string {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(locale, {
    timeStyle: 'short',
    ...(!isToday && { dateStyle: 'medium' }),
  });
}
