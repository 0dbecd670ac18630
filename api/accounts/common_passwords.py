"""Passwords of ten characters and more that are tried first: rows of keys, dates and words.

NIST SP 800-63B, 5.1.1.2 asks to refuse what is commonly used. Shorter ones are refused by length.
"""

from pydantic import SecretStr
from pydantic_core import PydanticCustomError

_WORDS = """
0102030405 0123456789 0987654321 102030405060 1029384756 1111122222 111222333444 1122334455
1212121212 1231231231 123123123123 123412341234 1234512345 1234554321 123456123456 1234567890
12345678900 123456789012 1234567890a 1234567890q 1234567891 12345678910 123456789a 123456789q
123456789z 1357924680 1472583690 147258369a 147852369a 159753159753 1a2b3c4d5e 1q2w3e4r5t
1qaz2wsx3e 1qaz2wsx3edc 1qazxsw23edc 2468013579 5201314520 741852963a 7894561230 9876543210
987654321a a123456789 a1234567890 a1b2c3d4e5 a1b2c3d4e5f6 aa12345678 abc1234567 abc12345678
abc123456789 abcd123456 abcd12345678 abcdefgh123 abcdefghij abcdefghijk abcdefghijkl admin12345
admin123456 administrator administrator1 alhamdulillah arsenal123 asdasdasd123 asdf123456
asdf12345678 asdfasdfasdf asdfghjkl1 asdfghjkl123 asdfqwer1234 autumn2025 autumn2026 azertyuiop
azertyuiop123 barcelona1 barcelona10 barcelona123 baseball123 basketball basketball1 batman12345
bismillah1 bismillah786 blessed123 blessing123 bonjour123 bonjour1234 changeit123 changeme123
changeme1234 changemenow charlie123 chelsea123 clinic1234 clinic12345 computer123 contrasena
contrasena1 contrasena123 correcthorsebatterystaple default123 doctor1234 doctor12345
doudou12345 dragon12345 facebook12 facebook123 facebook1234 football12 football123 geheim12345
ghana12345 ghana123456 ghana1957! godisgood1 godisgreat goodmorning google1234 google12345
guest12345 hallo12345 happybirthday happyday123 health1234 health12345 healthcare healthcare1
healthcare123 hello12345 hello123456 hellohello helloworld helloworld1 hospital12 hospital123
hospital1234 hunter2hunter2 ilovejesus ilovejesus1 iloveyou12 iloveyou123 iloveyou1234
iloveyousomuch internet12 internet123 jeghealth1 jeghealth12 jeghealth123 jeghealth1234
jeghealth2025 jeghealth2026 jennifer123 jesus12345 jesuschrist jesusislord kwame12345 letmein123
letmein1234 letmeinnow liverpool1 liverpool123 loulou12345 loveyou123 manchester manchester1
manchesterunited master12345 medical123 medicine123 michael123 michael1234 monkey12345
motdepasse motdepasse1 motdepasse123 mypassword mypassword1 newpassword newpassword1 nigeria123
nigeria1234 nurse12345 nurse123456 p@ssw0rd12 p@ssw0rd123 p@ssword123 passw0rd123 password01
password12 password123 password1234 password12345 password123456 password2024 password2025
password2026 passwordpassword passwort123 passwort1234 patient123 patient1234 pokemon123
princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc1 qazwsxedc123 qazwsxedcrfv qweasdzxc1 qweasdzxc123
qweqweqwe1 qweqweqwe123 qwer123456 qwer12345678 qwerasdfzxcv qwerty1234 qwerty12345 qwerty123456
qwerty1234567 qwertyqwerty qwertyuiop qwertyuiop123 qwertyuiopasdfghjkl realmadrid realmadrid1
root123456 samsung123 samsung1234 schalke04schalke04 secret1234 secret12345 soleil12345
spring2025 spring2026 starwars123 summer2024 summer2025 summer2026 sunshine12 sunshine123
superman123 teamomucho test123456 test1234567 testing123 testing1234 testtest12 testtest123
thankyoujesus toor123456 trustno1trustno1 user123456 username123 welcome123 welcome1234
welcome12345 welcome2024 welcome2025 welcome2026 whatsapp123 winter2024 winter2025 winter2026
woaini1314520 zaq12wsxcde3 zaq1zaq1zaq1 zxcvasdfqwer zxcvbnm123 zxczxczxc123
"""
COMMON = frozenset(_WORDS.split())


def uncommon(password: SecretStr) -> SecretStr:
    """Refuse what is tried first, and what is one or two characters over and over.

    Raises:
        PydanticCustomError: when it is such.
    """
    plain = password.get_secret_value().casefold()
    if plain in COMMON or len(set(plain)) <= 2:  # noqa: PLR2004 - as the docstring says
        kind = "common_password"
        raise PydanticCustomError(kind, kind)
    return password
