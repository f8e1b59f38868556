// Times are shown in the reader's zone, with UTC beside them on hover.

import { el } from './dom.js';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' });
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

const units = [
  ['year', 365 * 86400], ['month', 30 * 86400], ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1],
];

/** @param {string|Date} time */
export function timeElement(time) {
  const date = new Date(time);
  return el('time', { datetime: date.toISOString(), title: `${utc(date)}, ${relative(date)}` }, localText(date));
}

/** The time in the reader's zone. */
export const localText = time => local.format(new Date(time));

/** Such as 2026-11-21 19:05:00 UTC. */
export const utc = time => `${new Date(time).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** The short name of the reader's zone at that time, such as CET. */
export const zoneAt = time =>
  zone.formatToParts(new Date(time)).find(part => part.type === 'timeZoneName')?.value ?? '';

/** Such as "Nov 21, 2026, 8:05:00 PM CET is 2026-11-21 19:05:00 UTC, in 5 minutes." */
export const timeInWords = time => `${localText(time)} ${zoneAt(time)} is ${utc(time)}, ${relative(time)}.`;

/** Such as "in 5 minutes". */
export function relative(time, now = Date.now()) {
  const seconds = (new Date(time).getTime() - now) / 1000;
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units.at(-1);
  return ago.format(Math.trunc(seconds / size), unit);
}

/** Such as "2 h 5 min"; the two largest units. */
export function duration(seconds) {
  if (seconds < 60) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
  const parts = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const first = parts.findIndex(([, size]) => seconds >= size);
  const [name, size] = parts[first];
  const rest = parts[first + 1];
  const more = rest ? Math.floor(seconds % size / rest[1]) : 0;
  return `${Math.floor(seconds / size)} ${name}${more > 0 ? ` ${more} ${rest[0]}` : ''}`;
}

/** Such as "1.5 MiB". */
export function bytes(count) {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(names.length - 1, count < 1 ? 0 : Math.floor(Math.log(count) / Math.log(1024)));
  const value = count / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${names[power]}`;
}
