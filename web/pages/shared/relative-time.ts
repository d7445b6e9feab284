/** A moment (milliseconds since 1970) relative to now, such as "3 days ago" or "in 2 hours". */
export function relativeTime(moment: number, now = Date.now()): string {
  const minutes = Math.round((moment - now) / 60_000);
  const size = Math.abs(minutes);
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  if (size < 1) return minutes < 0 || moment <= now ? 'just now' : 'in a moment';
  if (size < 60) return format.format(minutes, 'minute');
  if (size < 60 * 24) return format.format(Math.round(minutes / 60), 'hour');
  if (size < 60 * 24 * 60) return format.format(Math.round(minutes / (60 * 24)), 'day');
  return new Date(moment).toLocaleDateString();
}
