// Schedules one or more files: where to, when, and what else arrives with them.

import { el, fill, labelled, setFault } from '../dom.js';
import { addressOfSchedule } from '../router.js';
import { fileList } from '../new/files.js';
import { moreFields } from '../new/more.js';
import { upload } from '../new/upload.js';
import { timePicker } from '../new/when.js';

export const title = 'New schedules';

/** Files that are sent at a time. More would not be faster, and each would seem slow. */
const atOnce = 3;

// The form outlives the view: who looks at another view meanwhile finds it again, and its uploads go on.
let kept = null;

export async function show(root, context) {
  const { params, session } = context;
  const isOwn = kept?.caller.name === session.caller.name;
  // Whoever signs in again after the credential has expired comes back to what was entered.
  const isBack = isOwn && kept.caller !== session.caller && kept.address === params.toString();
  const isWanted = isBack
    || isOwn && kept.files.count > 0 && (params.size === 0 || kept.files.of('sending').length > 0);
  if (!isWanted) {
    kept?.life.abort();
    const life = new AbortController();
    kept = { life, address: params.toString(), ...newForm(context, life.signal) };
  }

  kept.caller = session.caller;
  root.append(kept.form);
}

/** @param {AbortSignal} signal Aborts when another form takes its place. */
function newForm({ params, api, session, config, announce }, signal) {
  const bucket = el('input', {
    required: true, autocomplete: 'off', spellcheck: 'false', value: params.get('bucket') ?? '', list: 'buckets',
  });
  const prefix = el('input', { autocomplete: 'off', spellcheck: 'false', value: params.get('keyPrefix') ?? '' });
  const when = timePicker(signal);
  const more = moreFields();
  const files = fileList({ onChange: () => update(), onRetry: item => send([item]) });
  const picker = el('input', {
    type: 'file',
    multiple: true,
    onchange: () => {
      files.add(picker.files);
      picker.value = ''; // so that the same file can be chosen again
    },
  });
  const drop = dropArea(picker, files);
  const button = el('button', { class: 'main' });
  const result = el('p', { class: 'hint', role: 'status' });

  function update() {
    const unsent = files.unsent.length;
    fill(button, unsent > 1 ? `Schedule ${unsent} files` : 'Schedule');
    const [double] = files.doubles;
    setFault(picker, double === undefined ? '' : `More than one file is called ${double}. Give each its own name.`);
  }

  /** The fields; null: some are wrong. Each says so, and the first one gets the focus. */
  function read() {
    const dueAt = when.read();
    const name = bucket.value.trim();
    setFault(bucket, '');
    if (name === '') refuse(bucket, 'Give the bucket that the files are delivered to.');
    return dueAt && name && { dueAt, bucket: name, ...more.read() };
  }

  async function send(items, fields = read()) {
    if (!fields) return;
    button.disabled = true;
    fill(result);
    const queue = [...items];
    await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, async () => {
      for (let item; (item = queue.shift()) && !signal.aborted;)
        if (item.state !== 'removed') await sendOne(item, fields);
    }));
    button.disabled = false;
    const failed = items.filter(item => item.state === 'failed').length;
    fill(result, failed > 0 ? `${failed} of ${items.length} could not be scheduled.`
      : items.length === 1 ? 'It is scheduled.' : `All ${items.length} are scheduled.`);
  }

  async function sendOne(item, fields) {
    const { onProgress, ...started } = item.start();
    const means = { api, session, config, onProgress, signal: AbortSignal.any([signal, started.signal]) };
    const key = prefix.value + item.name;
    try {
      const schedule = await upload(item.file, { ...fields, key }, means);
      item.finish(schedule, addressOfSchedule(schedule));
    } catch (error) {
      const { dueAt, bucket: place, ...others } = error.errors ?? {};
      const isSaid = (dueAt || place) && Object.keys(others).length === 0;
      item.fail(isSaid ? { title: 'Not scheduled', detail: 'What is wrong stands at its field.' } : error);
      announce(`${item.name} could not be scheduled.`);
      if (dueAt) when.fault(dueAt.join(' '));
      if (place) refuse(bucket, place.join(' '));
    }
  }

  const form = el('form', {
    novalidate: true,
    onsubmit: event => {
      event.preventDefault();
      fill(result);
      const fields = read();
      if (files.unsent.length === 0) refuse(picker, 'Choose at least one file.');
      else if (files.doubles.size > 0) picker.focus();
      else send(files.unsent, fields);
    },
  },
  el('div', { class: 'card' }, drop),
  el('div', { class: 'card' },
    el('div', { class: 'columns' },
      labelled('Bucket', bucket, { hint: 'Where the files are delivered to.' }),
      labelled('Key prefix', prefix, { hint: 'It stands before each name, such as 2026/november/.' })),
    buckets(session.caller), when.element),
  more.element,
  el('div', { class: 'row' }, button),
  result);
  update();
  // Who closes the tab while files are sent is asked first.
  addEventListener('beforeunload', event => {
    if (files.of('sending').length > 0) event.preventDefault();
  }, { signal });
  return { form, files };
}

function dropArea(picker, files) {
  const area = el('div', {
    class: 'drop',
    ondragover: event => {
      event.preventDefault();
      area.classList.add('over');
    },
    ondragleave: () => area.classList.remove('over'),
    ondrop: event => {
      event.preventDefault();
      area.classList.remove('over');
      const isFolder = item => item.webkitGetAsEntry?.()?.isDirectory;
      if ([...event.dataTransfer.items].some(isFolder))
        refuse(picker, 'A folder can\'t be scheduled. Drop the files in it.');
      else files.add(event.dataTransfer.files);
    },
  }, labelled('Choose files, or drop them here', picker), files.element);
  return area;
}

/** The buckets that the caller may deliver to, if it is limited to some. */
function buckets(caller) {
  const names = new Set((caller.destinations ?? []).map(text => text.split('/')[0]).filter(name => name !== '*'));
  return el('datalist', { id: 'buckets' }, [...names].map(name => el('option', { value: name })));
}

function refuse(field, text) {
  setFault(field, text);
  field.focus();
}
