/* Sends what is finished, in small batches, again after any cut; a copy goes only when the city has signed for it. */
D.BATCH = {entries: 20, bytes: 100000};
D.LATE = 24 * 3600 * 1000;
D.PAUSE = {first: 5000, most: 600000};
D.courier = null;
D.outcome = {arrived: 0, held: [], state: ''};

D.waitingEntries = function () {
  return D.things('entry').filter(function (entry) { return !entry.refused; });
};

D.oldest = function () {
  return D.waitingEntries().reduce(function (first, entry) { return Math.min(first, entry.at); }, Infinity);
};

D.late = function () { return D.oldest() < Date.now() - D.LATE; };

D.waiting = function () {
  var count = D.waitingEntries().length;
  if (!count) { return D.w('unsent_none'); }
  return D.w('unsent', {count: count}) + ' ' + D.w('oldest', {when: D.when(D.oldest() + D.space.device.offset)});
};

D.fetched = async function (path, courier, body) {
  /* The answer, or null where there is no network; nobody waits for ever. */
  var stop = window.AbortController ? new AbortController() : null, headers = {'Content-Type': 'application/json'};
  var timer = setTimeout(function () { if (stop) { stop.abort(); } }, 180000);
  if (courier) { headers.Authorization = 'Bearer ' + courier.token; }
  try {
    var given = {method: body ? 'POST' : 'GET', headers: headers, cache: 'no-store', credentials: 'omit'};
    if (body) { given.body = typeof body === 'string' ? body : JSON.stringify(body); }
    if (stop) { given.signal = stop.signal; }
    var answer = await fetch(path, given), content = null;
    try { content = await answer.json(); } catch (error) { if (answer.ok) { return null; } }
    return {ok: answer.ok, status: answer.status, content: content};
  } catch (error) {
    return null;
  } finally {
    clearTimeout(timer);
  }
};

D.reason = function (answer) {
  /* What the city says of a refusal, in the language of the page where it knows it. */
  var content = answer && answer.content || {};
  if (!answer) { return D.w('no_network'); }
  var fields = content.fields || {}, first = Object.keys(fields)[0];
  if (first) { return fields[first]; }
  return content.message ? content.message + ' ' + (content.next || '') : D.w('failed');
};

D.take = function () {
  /* What is needed to send, and nothing that could be read: it stays when the page is locked. */
  var device = D.space.device;
  D.courier = device.token ? {
    token: device.token, device: device.device, sign: D.bytes(device.keys.sign), gone: {},
    items: D.waitingEntries().map(function (entry) {
      return {id: entry.id, sealed: entry.sealed, made: entry.made, offset_ms: entry.offset};
    })
  } : null;
};

D.hello = async function () {
  /* Once each time: what the city says of this device, new receipts, projects, and how far off the clock is. */
  var space = D.space, courier = D.courier;
  if (!courier || !space || !space.device.token) { return D.courier ? true : null; }
  var before = Date.now(), answer = await D.fetched('/delegate/hello', courier, {receipts: space.device.receipts.length, language: D.page});
  var after = Date.now();
  if (!answer || D.space !== space) { return answer && answer.ok; }
  if (answer.status === 401 || answer.status === 403) {
    await D.change(function (device) { device.state = 'unknown'; });
    return true;
  }
  if (!answer.ok) { return null; }
  var said = answer.content, known = D.things('entry').map(function (entry) { return entry.receipt; });
  await D.change(function (device) {
    device.offset = Math.round(Date.parse(said.now) - (before + after) / 2);
    device.contact = Date.parse(said.now);
    device.state = said.state;
    device.ends = said.until;
    device.projects = said.projects;
    device.visits = said.visits;
    (said.receipts || []).forEach(function (receipt) {
      if (device.receipts.indexOf(receipt) < 0 && known.indexOf(receipt) < 0) { device.receipts.push(receipt); }
    });
  });
  return true;
};

D.batch = function (items, limit) {
  var bytes = 0, found = [];
  items.some(function (item) {
    bytes += item.sealed.length + 160;
    if (found.length >= limit || (found.length && bytes > D.BATCH.bytes)) { return true; }
    found.push(item);
    return false;
  });
  return found;
};

D.receive = async function (courier, items, results) {
  /* One result for each. Returns for how many of them the city has answered. */
  var answered = 0;
  for (var item of items) {
    var result = results.find(function (one) { return one.id === item.id; });
    if (!result) { continue; }
    if (['accepted', 'had', 'held'].indexOf(result.status) >= 0) {
      if (!await D.signed(courier.sign, result, D.bytes(item.sealed))) { continue; }
      await D.forget(item.id);
      D.outcome.arrived += 1;
      /* Of what was held why, and of a vote that was not taken beside what was. */
      if (result.code) { D.outcome.held.push({receipt: result.receipt, message: result.message + ' ' + result.next}); }
    } else if (result.status === 'refused') {
      await D.refused(item.id, result.message + ' ' + result.next);
    } else {
      continue;
    }
    courier.gone[item.id] = true;
    answered += 1;
  }
  return answered;
};

D.refused = async function (id, message) {
  /* Kept, and shown with the reason, until the delegate lets it go. Of a locked page it is asked once more later. */
  var entry = D.things('entry').find(function (one) { return one.id === id; });
  if (entry) { await D.keep(Object.assign({}, entry, {refused: message || D.w('failed')})); }
};

D.sendOnce = async function (courier) {
  /* All that waits, batch after batch. Returns '' when nothing is left, else why it stopped. */
  var limit = D.BATCH.entries;
  for (;;) {
    if (D.courier !== courier) { return 'changed'; }
    var there = await D.read('rows'), ids = there.map(function (row) { return row.id; });
    var left = courier.items.filter(function (item) { return !courier.gone[item.id] && ids.indexOf(item.id) >= 0; });
    if (!left.length) { return ''; }
    var items = D.batch(left, limit);
    var answer = await D.fetched('/delegate/entries', courier, {device: courier.device, language: D.page, entries: items});
    if (answer && answer.status === 413 && items.length > 1) { limit = Math.ceil(items.length / 2); continue; }
    if (answer && answer.status === 401) { return 'unknown'; }
    if (answer && [400, 409, 422].indexOf(answer.status) >= 0) {
      /* One that cannot be read must not hold up the others. */
      if (items.length > 1) { limit = 1; continue; }
      if (!D.space) { return 'cut'; }
      await D.refused(items[0].id, D.reason(answer));
      courier.gone[items[0].id] = true;
      continue;
    }
    if (!answer || !answer.ok || !answer.content || !answer.content.results) { return 'cut'; }
    if (!await D.receive(courier, items, answer.content.results)) { return 'cut'; }
    D.changed();
  }
};

D.send = function () {
  /* One window alone sends. Whoever asks meanwhile is answered when that is over. */
  if (D.sending) { return D.sending; }
  clearTimeout(D.timer);
  D.outcome = {arrived: 0, held: D.outcome.held, state: 'sending'};
  D.sending = D.alone('send', async function () {
    if (D.space) { await D.refresh(); D.take(); }
    if (!D.courier) { return 'cut'; }
    D.changed();
    var greeted = await D.hello();
    return greeted === null || greeted === undefined ? 'cut' : D.sendOnce(D.courier);
  }, true).catch(function () { return 'cut'; }).then(async function (stopped) {
    /* Another window is at it: what is left is known once it has finished. */
    if (stopped === undefined) { D.outcome.state = 'elsewhere'; D.changed(); await D.alone('send', function () {}); }
    D.sending = null;
    if (D.space) { await D.refresh(); }
    if (stopped === 'unknown' && D.space) { await D.change(function (device) { device.state = 'unknown'; }); }
    D.outcome.state = stopped || 'done';
    D.again(stopped);
    D.changed();
    if (D.radio) { D.radio.postMessage('sent'); }
    return D.outcome.state;
  });
  return D.sending;
};

D.again = function (stopped) {
  /* Longer each time, never quite at the same moment as other devices. */
  if (stopped !== 'cut') { D.tries = 0; return; }
  D.tries = (D.tries || 0) + 1;
  var pause = Math.min(D.PAUSE.most, D.PAUSE.first * Math.pow(2, D.tries - 1)) * (0.75 + Math.random() / 2);
  if (D.courier && D.courier.items.length) { D.timer = setTimeout(D.send, pause); }
  /* With a network the browser would wake us at once, and again at once, for as long as the city does not answer. */
  if (navigator.onLine === false) { D.later(); }
};

D.later = function () {
  /* Background Sync, where the browser has it, wakes the page. */
  var worker = navigator.serviceWorker;
  if (!worker) { return; }
  worker.ready.then(function (registration) { return registration.sync && registration.sync.register('send'); }).catch(function () {});
};

/* Other windows show the same: what is sent in one is not waiting in another. */
D.radio = window.BroadcastChannel ? new BroadcastChannel('delegate') : null;
if (D.radio) { D.radio.onmessage = function () { D.refresh().then(D.changed).catch(function () {}); }; }

D.changed = function () {
  var waiting = document.getElementById('waiting');
  if (waiting && D.space) {
    waiting.textContent = D.waiting();
    waiting.className = D.late() ? 'late' : '';
  }
  if (D.sentence && D.space) { D.sentence(); }
};

D.file = function () {
  /* Everything that waits, encrypted as it is, for the district office. */
  var entries = D.waitingEntries().map(function (entry) {
    return {id: entry.id, sealed: entry.sealed, made: entry.made, offset_ms: entry.offset};
  });
  var text = JSON.stringify({device: D.space.device.device, entries: entries});
  var link = D.el('a', {
    href: URL.createObjectURL(new Blob([text], {type: 'application/json'})),
    download: 'delegate-entries-' + new Date().toISOString().slice(0, 10) + '.json'
  });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
};
