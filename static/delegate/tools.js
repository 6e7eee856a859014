/* What every part of the delegate's page uses: words, elements, screens. Nothing here is younger than Chromium 79. */
var D = {words: {}, language: 'en', page: 'en', space: null, version: VERSION};

D.load = function (language) {
  if (D.words[language]) { return Promise.resolve(D.words[language]); }
  return fetch('/delegate/words/' + language + '.json?v=' + VERSION).then(function (answer) {
    if (!answer.ok) { throw new Error('no words'); }
    return answer.json();
  }).then(function (words) {
    D.words[language] = words;
    return words;
  });
};

D.speak = function (language) {
  /* From here on, screens are in this language. */
  return D.load(language).then(function (words) {
    D.language = language;
    document.documentElement.lang = words.tag;
    document.documentElement.dir = words.dir;
  });
};

D.number = function (value) {
  return new Intl.NumberFormat(D.words[D.language].locale + '-u-nu-latn').format(value);
};

D.w = function (key, values) {
  var words = D.words[D.language], text = words.words[key];
  if (text === undefined) { return key; }
  if (typeof text === 'object') { text = text[new Intl.PluralRules(words.tag).select(values.count)] || text.other; }
  return text.replace(/%\((\w+)\)s/g, function (whole, name) {
    var value = values[name];
    return typeof value === 'number' ? D.number(value) : value;
  });
};

D.when = function (moment) {
  /* In the city's time zone, which is said with it. */
  var options = {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short'};
  options.timeZone = document.documentElement.getAttribute('data-zone');
  return new Intl.DateTimeFormat(D.words[D.language].locale + '-u-nu-latn', options).format(new Date(moment));
};

D.now = function () {
  /* By the city's clock, as far as this device knows it. */
  return Date.now() + (D.space && D.space.device ? D.space.device.offset : 0);
};

D.named = function (names) {
  /* In the language of the page, or in another; which one it is goes with it. */
  var language = [D.language, D.page, 'en', Object.keys(names)[0]].find(function (one) { return names[one]; });
  return {text: names[language], language: language};
};

D.name = function (names) { return D.named(names).text; };

D.words_in = function (said) { return D.el('span', {lang: said.language, dir: 'auto'}, said.text); };

D.foreign = function (said) {
  /* Said wherever words are not in the language of the page. */
  if (said.language === D.language) { return null; }
  return D.el('p', {'class': 'hint'}, [D.w('shown_in') + ' ', D.el('bdi', {lang: said.language}, D.words[D.language].languages[said.language])]);
};

D.digits = function (text) {
  /* Digits of any script as 0 to 9; spaces and dashes do not count. */
  var zeros = [0x660, 0x6f0, 0x966, 0xff10], found = '';
  Array.from(text).forEach(function (sign) {
    var code = sign.codePointAt(0);
    var zero = zeros.find(function (first) { return code >= first && code < first + 10; });
    if (zero !== undefined) { found += code - zero; } else if (!/[\s\-.\u2010-\u2015\u200e\u200f\u061c]/.test(sign)) { found += sign; }
  });
  return found;
};

D.grouped = function (digits) {
  return digits.replace(/(\d{4})(?=\d)/g, '$1 ');
};

D.el = function (name, attributes, children) {
  var node = document.createElement(name);
  Object.keys(attributes || {}).forEach(function (key) {
    var value = attributes[key];
    if (key.slice(0, 2) === 'on') {
      node.addEventListener(key.slice(2), value);
    } else if (value === true) {
      node.setAttribute(key, '');
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(key, value);
    }
  });
  D.fill(node, children);
  return node;
};

D.fill = function (node, children) {
  [].concat(children === undefined ? [] : children).forEach(function (child) {
    if (Array.isArray(child)) { D.fill(node, child); } else if (child !== null && child !== undefined && child !== false) { node.append(child); }
  });
};

D.p = function (text, className) { return D.el('p', {'class': className}, text); };

D.button = function (text, act, className) {
  return D.el('button', {type: 'button', 'class': className, onclick: function () { D.safely(act); }}, text);
};

D.safely = function (act) {
  /* Whatever goes wrong is said, and nothing is left half done in silence. */
  return Promise.resolve().then(act).catch(function (error) {
    if (error && error.said) { D.wrong(error.said, error.field); return; }
    D.trouble = error;
    D.wrong(D.w('failed'));
  });
};

D.Said = function (said, field) { return {said: said, field: field}; };

D.wrong = function (text, field) {
  var alert = document.getElementById('wrong'), node = field && document.getElementById(field);
  if (!alert) { return; }
  alert.textContent = text;
  alert.hidden = false;
  if (node) {
    node.setAttribute('aria-invalid', 'true');
    node.setAttribute('aria-describedby', 'wrong');
    node.focus();
  } else {
    alert.focus();
  }
};

D.show = function (title, body, options) {
  /* One screen in place of the one before; its heading gets the focus, so that a screen reader begins there. */
  var main = document.getElementById('main'), given = options || {};
  var heading = D.el('h1', {id: 'title', tabindex: '-1'}, title);
  D.hush();
  main.onkeydown = null;
  main.textContent = '';
  main.className = given.name || '';
  D.fill(main, [heading, D.el('p', {id: 'wrong', role: 'alert', tabindex: '-1', hidden: true, 'class': 'wrong'})]);
  D.fill(main, body);
  document.title = heading.textContent;
  D.bar(given.bar !== false);
  window.scrollTo(0, 0);
  heading.focus();
};

D.ask = function (given) {
  /* A question: `body` its fields, `done` what happens with the form, `back` where it leads back to. */
  var form = D.el('form', {novalidate: true, autocomplete: 'off', onsubmit: function (event) {
    event.preventDefault();
    var button = form.querySelector('button[type=submit]');
    if (button && button.disabled) { return; }
    if (button) { button.disabled = true; }
    D.safely(function () { return given.done(form); }).then(function () { if (button) { button.disabled = false; } });
  }}, given.body);
  if (given.typed) { form.addEventListener('input', function () { given.typed(form); }); }
  if (given.done) { form.append(D.el('button', {type: 'submit', 'class': 'main'}, given.word || D.w('next'))); }
  D.fill(form, given.more);
  if (given.back) { form.append(D.button(D.w('back'), given.back, 'plain')); }
  D.show(given.title, [given.hint ? D.p(given.hint) : null, form], {bar: given.bar, name: given.name});
  return form;
};

D.field = function (id, label, given) {
  var options = given || {}, hint = options.hint ? D.el('p', {id: id + '-hint', 'class': 'hint'}, options.hint) : null;
  var attributes = {id: id, name: id, 'aria-describedby': hint ? id + '-hint' : null, autocomplete: options.autocomplete || 'off'};
  ['type', 'inputmode', 'maxlength', 'rows', 'dir'].forEach(function (name) { attributes[name] = options[name]; });
  attributes.spellcheck = 'false';
  var control = D.el(options.rows ? 'textarea' : 'input', attributes);
  control.value = options.value || '';
  return D.el('div', {'class': 'field'}, [D.el('label', {'for': id, 'class': options.said ? 'unseen' : null}, label), hint, control]);
};

D.pick = function (options, chosen, act) {
  /* Large buttons, one for each answer: one touch answers. */
  return D.el('div', {'class': 'picks', role: 'group', 'aria-labelledby': 'title'}, options.map(function (option) {
    var pressed = option.value === chosen;
    return D.el('button', {
      type: 'button', 'data-value': option.value, 'aria-pressed': pressed ? 'true' : 'false', lang: option.lang, dir: option.dir,
      onclick: function () { D.safely(function () { return act(option.value); }); }
    }, [D.el('b', {}, option.label), option.hint ? D.el('small', {}, option.hint) : null]);
  }));
};

D.bar = function (whether) {
  var bar = document.getElementById('bar');
  bar.textContent = '';
  bar.hidden = !(whether && D.space);
  if (bar.hidden) { return; }
  D.fill(bar, [
    D.el('span', {id: 'waiting', 'class': D.late() ? 'late' : ''}, D.waiting()),
    D.button(D.w('lock'), function () { return D.lock(); }, 'small')
  ]);
};

D.hush = function () {
  if (window.speechSynthesis) { speechSynthesis.cancel(); }
  if (D.playing) { D.playing.pause(); }
};

D.heard = function (bundle, part) {
  /* What the city lets people hear of it, as far as it is on this device: in the language of the entry, and in those without a catalogue. */
  return (bundle.sounds || []).filter(function (one) { return one.part === part && one.data; }).map(function (one) {
    var words = D.w(one.name ? 'hear_in' : 'hear', {language: one.name, size: one.size, length: one.length});
    return D.el('div', {}, [D.button(words, function () {
      D.hush();
      D.playing = new Audio('data:audio/mpeg;base64,' + one.data);
      return D.playing.play();
    }, 'plain'), one.machine ? D.el('small', {}, D.w('machine')) : null]);
  });
};

D.aloud = function (texts) {
  /* A button that reads aloud, where the device itself has a voice in each language of these texts; else nothing: others send them away. */
  if (!window.speechSynthesis || !window.SpeechSynthesisUtterance) { return null; }
  var voices = texts.map(function (text) {
    return speechSynthesis.getVoices().find(function (one) { return one.localService && one.lang.slice(0, 2) === (text.language || D.language); });
  });
  if (!voices.every(Boolean)) { return null; }
  return D.button(D.w('listen'), function () {
    D.hush();
    texts.forEach(function (text, place) {
      var said = new SpeechSynthesisUtterance(text.text || text);
      said.lang = voices[place].lang;
      said.voice = voices[place];
      speechSynthesis.speak(said);
    });
  }, 'plain');
};
