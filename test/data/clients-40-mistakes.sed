# What somebody types into the error report of clients-40-mistakes.csv, one line for each mistake.
# The quotes of Lena "Leni" are right in the report, and the cells that Nils lacks are empty there.
s/petra\.novak\.example\.org/petra.novak@example.org/
s/2023-02-31,/2003-02-21,/
s/,44197,"1,80",/,2021-01-01,1.80E2,/
s/,perhaps,,,1987-10-10 05:00,/,true,,,1987-10-10,/
s/,north,,,,31\.12\.1981,/,default,,,,1981-12-31,/
s/,yesterday,\(.*\),1\.5,/,2024-05-06T07:08:09Z,\1,2,/
s/"{""language"": ""fi""",999\.1\.1\.1,,,40000,0815,/"{""language"": ""fi""}",192.0.2.1,,,400,123e4567-e89b-12d3-a456-426614174001,/
s/,platinum,,,,ES-MAD-1,/,gold,,,,ESMAD,/
s/,120,,,,,,,20,/,12,,,,,,,20,/
s/,vera@horvat@example\.com,/,vera.horvat@example.com,/
s/,"'=HYPERLINK(""http:\/\/example\.com"",""x"")",/,http:\/\/example.com,/
s/,"cmd|'\/C calc'!A0",/,'+1 555 01 00,/
s/Hello <script>.*<\/script>/Hello/
s/,Likes tea," and coffee",/,"Likes tea, and coffee",,/
s/Zo\\xEB/Zoë/
s/\(very \)\{220\}/very /
s/,a note,/,,/
s/,2020-01-01,2020-01-02,/,2020-01-02,2020-01-02,/
s/^1,\(.*\),never,/1,\1,,/
s/^,,Nobody,,/,,Nobody,nobody@example.org,/
s/^,,,sabine\.vogel@example\.org,,munich-2,/,,Sabine,sabine.vogel@example.org,,default,/
s/^900,/,/
s/^901,/2,/
s/^6,,,max@example\.org,/6,,,agnes.holm@example.org,/
s/^,,Anne,anna\.berger@/,,Anne,anne.berger@/
s/^,,,Dora@example\.org,/3,,,,/
s/,18,\(.*\)Eighteen centimetres/,180,\1A hundred and eighty centimetres/
s/^,max,Max,/,max2,Max,/
s/,closed,/,default,/
