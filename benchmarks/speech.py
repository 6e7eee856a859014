"""Things that people could say, in many scripts: real statements of two consultations where they are at hand, and made-up ones."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REAL = ROOT.parent / "shared" / "data" / "polis"
SENTENCES = 250
"""Made-up ones of each language."""

_WORDS = {
    "ar": "السوق البلدية الماء الحافلة النساء الشارع الليل الكاميرات المدرسة الطريق نريد يجب على في من أن لا كل قبل بعد الحي السكان الضوء الرسوم الخصوصية",
    "es": "el mercado las cámaras queremos agua autobús niños calle noche barrio pero sin más luz que la ciudad pague antes de cerrar escuela vecinos ruido precio",
    "fr": "le marché les caméras nous voulons l'eau l'autobus enfants rue nuit quartier mais sans plus de lumière que la ville paie avant fermer l'école voisins bruit",
    "hi": "बाज़ार पानी बस सड़क रात बच्चे महिलाएँ कैमरे शहर को चाहिए नहीं हम और में से पहले बाद रोशनी स्कूल मोहल्ला किराया मीटर सूचना अधिकार",
    "id": "pasar air bus jalan malam anak perempuan kamera kota harus tidak kami dan di dari sebelum sesudah lampu sekolah kampung tarif meteran warga mengumumkan rencana",
    "pt": "o mercado as câmeras queremos água ônibus crianças rua noite bairro mas sem mais luz que a cidade pague antes de fechar escola vizinhos preço tarifa",
    "ru": "рынок вода автобус улица ночью дети женщины камеры город должен не мы и в из до после свет школа район тариф счётчик жители объявить план",
    "sw": "soko maji basi barabara usiku watoto wanawake kamera jiji lazima si sisi na katika kutoka kabla baada taa shule mtaa nauli mita wakazi kutangaza mpango",
    "th": "ตลาด น้ำประปา รถเมล์ ถนน กลางคืน เด็ก ผู้หญิง กล้องวงจรปิด เมือง ต้อง ไม่ เรา และ ใน จาก ก่อน หลัง ไฟฟ้า โรงเรียน ชุมชน ค่าโดยสาร มิเตอร์ ชาวบ้าน ประกาศ แผน",
    "zh": "市场 自来水 公交车 街道 夜里 孩子 妇女 摄像头 城市 应该 不 我们 和 在 从 以前 以后 路灯 学校 社区 票价 水表 居民 公布 计划",
}  # fmt: skip
_UNSPACED = ("th", "zh")


def said() -> list[tuple[str, str]]:
    """Words and their language, the same each time."""
    return list(dict.fromkeys([*_real(), *_made_up()]))


def _real() -> Iterator[tuple[str, str]]:
    for folder, language in (("bowling-green-2018", "en"), ("vtaiwan-uberx", "zh")):
        path = REAL / folder / "comments.csv"
        if path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    yield " ".join(row["comment-body"].split())[:300], language


def _made_up() -> Iterator[tuple[str, str]]:
    chance = random.Random(42)
    for language, words in _WORDS.items():
        known = words.split()
        # A few words are said often and most of them seldom, as everywhere.
        weights = [1 / (rank + 1) for rank in range(len(known))]
        chance.shuffle(known)
        between = "" if language in _UNSPACED else " "
        for _sentence in range(SENTENCES):
            yield between.join(chance.choices(known, weights, k=chance.randint(5, 22))), language
