/* Where a delegate begins: what waits, what to do, and how this device stands with the city. */
D.STATES = ['suspended', 'revoked', 'ended', 'unknown'];

D.home = async function () {
  await D.refresh();
  if (!D.space) { return D.unlock(); }
  if (D.language !== D.page) { await D.speak(D.page); }
  var device = D.space.device, waiting = D.waitingEntries().length, drafts = D.things('draft'), unwritten = device.unwritten || [];
  D.show([D.words_in(D.named(D.district().names)), ', ', D.words_in(D.named(device.city))], [
    D.el('div', {id: 'state', role: 'status'}),
    D.button(D.w('new'), D.begin, 'main'),
    unwritten.length ? D.el('h2', {}, D.w('unwritten')) : null,
    unwritten.length ? D.el('ul', {id: 'unwritten'}, unwritten.map(D.unwrittenLine)) : null,
    drafts.length ? D.el('h2', {}, D.w('drafts')) : null,
    drafts.length ? D.el('ul', {}, drafts.map(D.draftLine)) : null,
    drafts.length ? D.p(D.w('draft_gone'), 'hint') : null,
    D.button(D.w('send'), D.send, waiting ? '' : 'plain'),
    D.button(D.w('projects'), D.projects, 'plain'),
    D.el('div', {id: 'file', hidden: true}, [D.p(D.w('file_text')), D.button(D.w('file'), D.file, 'plain')]),
    D.el('div', {id: 'refused', hidden: true}),
    D.el('div', {id: 'visits', hidden: true}),
    D.el('h2', {}, D.w('device')),
    D.el('ul', {'class': 'facts'}, [
      D.el('li', {id: 'left'}), D.el('li', {id: 'contact'}),
      D.el('li', {id: 'persisted'}),
      D.newer ? D.el('li', {}, [D.w('newer') + ' ', D.button(D.w('newer_load'), D.renewPage, 'small')]) : null
    ]),
    D.button(D.w('language'), D.tongues, 'plain')
  ], {name: 'home'});
  D.sentence = D.tell;
  D.tell();
};

D.district = function () {
  var device = D.space.device;
  return device.places.find(function (place) { return place.slug === device.district; }) || device.places[0];
};

D.tell = function () {
  /* Said again whenever it changes. */
  var place = document.getElementById('state'), device = D.space.device, outcome = D.outcome;
  if (!place) { D.sentence = null; return; }
  document.getElementById('file').hidden = !D.waitingEntries().length;
  document.getElementById('left').textContent = D.w('receipts', {count: device.receipts.length});
  document.getElementById('persisted').textContent = D.w(D.persisted ? 'kept_yes' : 'kept_no');
  document.getElementById('contact').textContent = D.w('contact', {when: D.when(device.contact)});
  D.refusedList();
  D.visitList();
  var said = place.cloneNode(false);
  D.fill(said, [
    D.STATES.indexOf(device.state) >= 0 ? D.p(D.w('state_' + device.state), 'wrong') : null,
    D.late() ? D.p(D.w('late'), 'wrong') : null,
    outcome.state === 'sending' ? D.p(D.w('sending')) : null,
    outcome.state === 'cut' && D.waitingEntries().length ? D.p(D.w('not_sent')) : null,
    outcome.state === 'elsewhere' ? D.p(D.w('elsewhere')) : null,
    outcome.arrived ? D.p(D.w('sent', {count: outcome.arrived}), 'good') : null
  ].concat(outcome.held.map(function (one) {
    return D.p(D.w('held', {receipt: D.grouped(one.receipt)}) + ' ' + one.message);
  })));
  /* Only when it is something else: a screen reader says again whatever is put there. */
  if (!said.isEqualNode(place)) { place.textContent = ''; D.fill(place, Array.from(said.childNodes)); }
};

D.entryLine = function (title, when, receipt) {
  /* Digits in groups keep their order in Arabic too. */
  return [D.words_in(title), ' · ' + D.when(when) + ' · ', D.el('bdi', {dir: 'ltr'}, D.grouped(receipt))];
};

D.unwrittenLine = function (one) {
  var line = D.entryLine(one.title, one.made + D.space.device.offset, one.receipt);
  return D.el('li', {}, D.button(line, function () { return D.receipt(one.receipt); }, 'plain'));
};

D.draftLine = function (draft) {
  var bundle = D.things('bundle').find(function (one) { return one.slug === draft.project; });
  var title = bundle ? bundle.content.title.text : draft.project;
  return D.el('li', {}, [
    D.button(D.w('draft_line', {project: title, when: D.when(draft.started + D.space.device.offset)}), function () { return D.resume(draft.id); }, 'plain'),
    D.button(D.w('erase'), async function () { await D.forget(draft.id); await D.home(); }, 'small')
  ]);
};

D.refusedList = function () {
  /* Made anew only when it is another list, so that nobody's focus is lost. */
  var refused = D.things('entry').filter(function (entry) { return entry.refused; }), place = document.getElementById('refused');
  var marks = refused.map(function (entry) { return entry.id; }).join(' ');
  if (place.getAttribute('data-marks') === marks) { return; }
  place.setAttribute('data-marks', marks);
  place.hidden = !refused.length;
  place.textContent = '';
  D.fill(place, [D.el('h2', {}, D.w('refused')), D.p(D.w('refused_text')), D.el('ul', {}, refused.map(function (entry) {
    return D.el('li', {}, [
      D.p(D.entryLine(entry.title, Date.parse(entry.made) + entry.offset, entry.receipt)),
      D.p(entry.refused, 'wrong'),
      D.button(D.w('let_go'), async function () { await D.forget(entry.id); await D.home(); }, 'small')
    ]);
  }))]);
};

D.visitList = function () {
  /* People whom another delegate had visited: whom to ask, and nothing of what they said. */
  var visits = D.space.device.visits || [], place = document.getElementById('visits'), marks = JSON.stringify(visits);
  if (place.getAttribute('data-marks') === marks) { return; }
  place.setAttribute('data-marks', marks);
  place.hidden = !visits.length;
  place.textContent = '';
  D.fill(place, [D.el('h2', {}, D.w('visits')), D.p(D.w('visits_text')), D.el('ul', {}, visits.map(function (visit) {
    return D.el('li', {}, D.w('visit_line', {
      place: D.name(visit.place), project: D.name(visit.titles), when: D.when(Date.parse(visit.made)),
      language: D.words[D.language].languages[visit.language] || visit.language, receipt: visit.receipt
    }));
  }))]);
};

D.tongues = function () {
  var names = D.words[D.language].languages;
  D.show(D.w('language'), [D.pick(Object.keys(names).map(function (code) {
    return {value: code, label: names[code], lang: code};
  }), D.page, async function (language) {
    try { await D.speak(language); } catch (error) { throw D.Said(D.w('offline_now')); }
    D.page = language;
    localStorage.setItem('language', language);
    D.keepWords(language);
    await D.home();
  }), D.button(D.w('back'), D.home, 'plain')]);
};

/* Projects that are taken along: as they were when they were fetched, for as long as the city says. */

D.projects = async function () {
  if (D.sending && !D.space.device.projects.length) { await D.sending; }
  await D.refresh();
  var device = D.space.device, taken = D.things('bundle');
  function of(slug, language) {
    return taken.find(function (one) { return one.slug === slug && one.language === language; });
  }
  var all = (device.projects || []).slice();
  taken.forEach(function (one) {
    if (!all.some(function (project) { return project.slug === one.slug; })) { all.push({slug: one.slug, titles: one.titles, over: true}); }
  });
  D.show(D.w('take_title'), [
    D.p(D.w(all.length ? 'take_text' : 'take_none')),
    D.el('div', {}, all.map(function (project) {
      return D.el('section', {}, [D.el('h2', {'data-slug': project.slug}, D.words_in(D.named(project.titles)))].concat(device.languages.map(function (language) {
        var have = of(project.slug, language);
        return have || !project.over ? D.takeLine(project, language, have) : null;
      })));
    })),
    D.button(D.w('back'), D.home, 'plain')
  ]);
};

D.takeLine = function (project, language, have) {
  var name = D.words[D.language].languages[language];
  function act(again) { return async function () { await D.takeAlong(project, language, again); await D.projects(); }; }
  var told = have ? D.w(D.valid(have) ? 'valid' : 'stale', {when: D.when(have.content.until)}) : '';
  return D.el('div', {'class': 'line', 'data-language': language}, [
    D.el('b', {lang: language}, name), told ? D.p(told, D.valid(have) ? '' : 'wrong') : null,
    project.over ? null : D.button(D.w(have ? 'renew' : 'take'), act(have), 'small'),
    have ? D.button(D.w('drop'), async function () { await D.forget(have.id); await D.projects(); }, 'small') : null
  ]);
};

D.valid = function (bundle) { return Date.parse(bundle.content.until) > D.now(); };

D.takeAlong = async function (project, language, before) {
  D.take();
  var answer = D.courier ? await D.fetched('/delegate/projects/' + project.slug + '/' + language + '.json', D.courier) : null;
  if (!answer || !answer.ok) { throw D.Said(answer ? D.reason(answer) : D.w('offline_now')); }
  try { await D.load(language); } catch (error) { throw D.Said(D.w('offline_now')); }
  D.keepWords(language);
  answer.content.sounds = await Promise.all((answer.content.sounds || []).map(D.withSound));
  await D.keep({
    id: before ? before.id : D.uuid(), kind: 'bundle', slug: project.slug, language: language, titles: project.titles,
    content: answer.content
  });
};

D.withSound = async function (sound) {
  /* A sound that does not come is not offered; the words are there. */
  try {
    var answer = await fetch(sound.address, {credentials: 'omit'});
    return answer.ok ? Object.assign({data: D.base64(new Uint8Array(await answer.arrayBuffer()))}, sound) : sound;
  } catch (error) {
    return sound;
  }
};

D.keepWords = function (language) {
  var worker = navigator.serviceWorker;
  if (!worker) { return; }
  worker.ready.then(function (registration) {
    registration.active.postMessage({keep: '/delegate/words/' + language + '.json'});
  }).catch(function () {});
};
